/* passfd.c - lab 03: one process opens a file; another reads it, without its name or the right to.
 *
 * Shows:      a descriptor travels over a Unix socket (SCM_RIGHTS). What travels is not a number
 *             but the open file, with its position and its permission to read.
 * Run this:   ./passfd -v Makefile
 * See this:   reader: descriptor 3: "PROGRAMS := ...
 * Try:        a file of one line; strace -f -e trace=sendmsg,recvmsg ./passfd Makefile.
 */
#include "descriptor.h"
#include "diag.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] =
    "usage: passfd [-v] FILE\n"
    "Opens FILE, reads its first line, and passes the descriptor to another process.\n\n"
    "  -v  print each system call with its result\n"
    "  -h  this help";

/* Reads byte by byte, so that the open file's position is then just behind this line. */
static void print_line(int fd)
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
    print_line(fd);
    close(fd);
}

static void be_the_opener(int socket_fd, const char *path)
{
    int file_fd = open(path, O_RDONLY | O_CLOEXEC);
    trace("open(%s) = %d", path, file_fd);
    if (file_fd == -1)
        die("open %s", path);
    print_line(file_fd);
    if (send_descriptor(socket_fd, file_fd) == -1)
        die("sendmsg");
    trace("sendmsg(%d, SCM_RIGHTS: %d) = 1", socket_fd, file_fd);
    wait(NULL);
    print_line(file_fd); /* one open file, one position: the reader has moved it */
}

int main(int argc, char *argv[])
{
    diag_init("opener");
    while (next_option(argc, argv, "", help) != -1)
        continue;
    if (optind != argc - 1)
        die_usage("name one FILE");
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1)
        die("socketpair");
    pid_t reader = fork(); /* before the file is open, so the reader cannot inherit it */
    if (reader == -1)
        die("fork");
    close(ends[reader == 0 ? 0 : 1]);
    if (reader == 0)
        be_the_reader(ends[1]);
    else
        be_the_opener(ends[0], argv[optind]);
    return EXIT_SUCCESS;
}
