/* passfd.c - lab 03: one process opens a file, another one reads it, without its name or its
 * rights.
 *
 * Shows:      a descriptor travels over a Unix socket (SCM_RIGHTS); it is not the number that
 *             travels but the open file, with its position and its permission to read.
 * Run this:   ./passfd -v name.h
 * See this:   reader: descriptor 5 is mine now: "# ..."
 * Try:        ./passfd on a file that you remove meanwhile; ss -xp.
 */
#include "diag.h"
#include "io.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] =
    "usage: passfd [-v] FILE\n"
    "Opens FILE, reads its first line, and passes the descriptor to another process.\n\n"
    "  -v  tell each system call with its result\n"
    "  -h  this help";

/* Room for one descriptor as ancillary data, aligned as cmsg(3) asks. */
union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
};

/* Sends `fd` over the Unix socket `socket_fd`. Returns 0 or -1 with errno set. */
static int send_descriptor(int socket_fd, int fd)
{
    union control control = {0};
    /* At least one byte of plain data has to go along on a stream (unix(7)). */
    struct iovec data = {.iov_base = (char[]){"!"}, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    return sendmsg(socket_fd, &message, MSG_NOSIGNAL) == 1 ? 0 : -1;
}

/* Returns the descriptor that came, which the caller has to close, or -1 where none did. */
static int receive_descriptor(int socket_fd)
{
    union control control;
    char byte;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    /* Without MSG_CMSG_CLOEXEC every program that we start would inherit it (recvmsg(2)). */
    if (recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC) != 1)
        return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        return -1;
    int fd;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

/* Reads one line, byte by byte, so that the position of the open file is then at its end. */
static void tell_line(int fd)
{
    char line[80];
    size_t len = 0;
    while (len < sizeof line - 1 && read(fd, line + len, 1) == 1 && line[len] != '\n')
        len++;
    say("descriptor %d: \"%.*s\"", fd, (int)len, line);
}

static void be_the_reader(int socket_fd)
{
    diag_init("reader");
    int fd = receive_descriptor(socket_fd);
    trace("recvmsg(%d) = 1, SCM_RIGHTS: %d", socket_fd, fd);
    if (fd == -1)
        die_plain("no descriptor came");
    tell_line(fd);
    close(fd);
}

int main(int argc, char *argv[])
{
    diag_init("opener");
    while (next_option(argc, argv, "", help) != -1)
        continue;
    if (optind != argc - 1)
        die_usage("one FILE, please");
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1)
        die("socketpair");
    pid_t reader = fork(); /* before the file is open: the reader cannot inherit it */
    if (reader == -1)
        die("fork");
    if (reader == 0) {
        close(ends[0]);
        be_the_reader(ends[1]);
        return EXIT_SUCCESS;
    }
    close(ends[1]);
    int file_fd = open(argv[optind], O_RDONLY | O_CLOEXEC);
    trace("open(%s) = %d", argv[optind], file_fd);
    if (file_fd == -1)
        die("open %s", argv[optind]);
    tell_line(file_fd);
    if (send_descriptor(ends[0], file_fd) == -1)
        die("sendmsg");
    trace("sendmsg(%d, SCM_RIGHTS: %d) = 1", ends[0], file_fd);
    waitpid(reader, NULL, 0);
    tell_line(file_fd); /* one open file, one position: the reader has moved it */
    return EXIT_SUCCESS;
}
