/* pool.c - four processes that all accept from the same listening socket; each serves one client
 * after the other. The parent only waits for them. */
#include "addr.h"
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

_Noreturn static void work(int listen_fd)
{
    for (;;) {
        char data[1000];
        ssize_t n;
        int conn_fd = accept_client(listen_fd, NULL);
        if (conn_fd == -1)
            die("accept");
        while ((n = recv_some(conn_fd, data, sizeof data)) > 0) {
            for (char *at = data; at < data + n; at++)
                *at = (char)(*at - ((*at >= 'a' && *at <= 'z') ? 'a' - 'A' : 0));
            if (send_all(conn_fd, data, (size_t)n) == -1)
                break;
        }
        close(conn_fd);
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    for (int i = 0; i < 4; i++) {
        pid_t child = fork();
        if (child == -1)
            die("fork");
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL); /* no worker outlives the parent */
            work(listen_fd);
        }
    }
    while (wait(NULL) != -1 || errno == EINTR)
        continue;
}
