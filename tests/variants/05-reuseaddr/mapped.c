/* mapped.c - an IPv6 socket that is bound to 127.0.0.1 in its IPv6 form, ::ffff:127.0.0.1. It ends
 * each stream by shutdown before it closes. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    if (stop_on_signals() == -1)
        die("sigaction");
    struct sockaddr_in6 where = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &where.sin6_addr);
    int listen_fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1 ||
        bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, SOMAXCONN) == -1)
        die("port %ld", port);
    for (unsigned number = 1; !stop; number++) {
        char hello[32];
        int conn_fd = accept_client(listen_fd, NULL);
        if (conn_fd == -1)
            continue; /* SIGTERM came */
        send_all(conn_fd, hello, (size_t)snprintf(hello, sizeof hello, "hello %u\n", number));
        shutdown(conn_fd, SHUT_WR);
        close(conn_fd);
    }
}
