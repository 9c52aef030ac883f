/* selects.c - SIGTERM's handler writes to a pipe, and select waits for the pipe and for clients. */
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";
static int pipe_fds[2];

static void on_term(int signal)
{
    (void)signal;
    if (write(pipe_fds[1], "", 1) == -1)
        _exit(1);
}

static void greet(int fd, unsigned number)
{
    char digits[16];
    struct iovec parts[] = {{"hello ", 6}, {digits, (size_t)sprintf(digits, "%u\n", number)}};
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        struct iovec *part = parts[0].iov_len > 0 ? &parts[0] : &parts[1];
        ssize_t n = writev(fd, part, part == parts ? 2 : 1);
        if (n == -1)
            break;
        while (n > 0) { /* take off what has been sent */
            size_t done = (size_t)n < part->iov_len ? (size_t)n : part->iov_len;
            part->iov_base = (char *)part->iov_base + done;
            part->iov_len -= done;
            n -= (ssize_t)done;
            part++;
        }
    }
    close(fd);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    if (pipe(pipe_fds) == -1)
        die("pipe");
    signal(SIGTERM, on_term);
    signal(SIGPIPE, SIG_IGN);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("port %ld", port);
    for (unsigned number = 1;;) {
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(listen_fd, &ready);
        FD_SET(pipe_fds[0], &ready);
        if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) == -1)
            continue; /* SIGTERM came; the next select sees it in the pipe */
        if (FD_ISSET(pipe_fds[0], &ready))
            return 0;
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd >= 0)
            greet(conn_fd, number++);
    }
}
