/* forks.c - a process for each client. The kernel forgets the processes that have ended, because
 * SIGCHLD is ignored, and nobody has to wait for them. */
#include "addr.h"
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

static void serve_client(int fd)
{
    char data[512];
    ssize_t n;
    while ((n = recv_some(fd, data, sizeof data)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            if (data[i] >= 'a' && data[i] <= 'z')
                data[i] = (char)(data[i] ^ ('a' ^ 'A'));
        if (send_all(fd, data, (size_t)n) == -1)
            return;
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    signal(SIGCHLD, SIG_IGN);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    for (;;) {
        int conn_fd = accept_client(listen_fd, NULL);
        if (conn_fd == -1)
            die("accept");
        switch (fork()) {
        case -1:
            die("fork");
        case 0:
            close(listen_fd);
            serve_client(conn_fd);
            _exit(0);
        default:
            close(conn_fd);
        }
    }
}
