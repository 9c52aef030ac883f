/* forks.c - a process for each client; the parent counts.
 * The handler of SIGTERM ends the process itself. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

static void end(int signal)
{
    (void)signal;
    _exit(0);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    signal(SIGTERM, end);
    signal(SIGCHLD, SIG_IGN);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("port %ld", port);
    for (unsigned number = 1;; number++) {
        int conn_fd = accept_client(listen_fd, NULL);
        if (conn_fd == -1)
            die("accept");
        pid_t child = fork();
        if (child == -1)
            die("fork");
        if (child == 0) {
            char hello[32];
            send_all(conn_fd, hello, (size_t)snprintf(hello, sizeof hello, "hello %u\n", number));
            _exit(0);
        }
        close(conn_fd);
    }
}
