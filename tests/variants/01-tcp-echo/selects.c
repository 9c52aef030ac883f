/* selects.c - select waits for everybody, but the connections
 * are blocking: while one client does not read, the others wait. */
#include "addr.h"
#include "diag.h"
#include "io.h"
#include "net.h"

#include <ctype.h>
#include <errno.h>
#include <sys/select.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

/* Returns 0, or -1 when the client has gone. */
static int answer(int fd)
{
    char data[300];
    ssize_t n = recv_some(fd, data, sizeof data);
    for (ssize_t i = 0; i < n; i++)
        data[i] = (char)toupper((unsigned char)data[i]); /* without setlocale: the letters of C */
    return n <= 0 ? -1 : send_all(fd, data, (size_t)n);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where), last = listen_fd;
    if (listen_fd == -1)
        die("listen on port %ld", port);
    fd_set all;
    FD_ZERO(&all);
    FD_SET(listen_fd, &all);
    for (;;) {
        fd_set ready = all;
        if (select(last + 1, &ready, NULL, NULL, NULL) == -1) {
            if (errno != EINTR)
                die("select");
            continue;
        }
        for (int fd = 0; fd <= last; fd++) {
            if (!FD_ISSET(fd, &ready))
                continue;
            if (fd == listen_fd) {
                int conn_fd = accept_client(listen_fd, NULL);
                if (conn_fd == -1 || conn_fd >= FD_SETSIZE)
                    die("accept");
                FD_SET(conn_fd, &all);
                last = conn_fd > last ? conn_fd : last;
            } else if (answer(fd) == -1) {
                FD_CLR(fd, &all);
                close(fd);
            }
        }
    }
}
