/* server.c - a model solution: the restartable server. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Sends each client its number and closes the connection first.";

static int open_listener(uint16_t port)
{
    struct sockaddr_in where = {.sin_family = AF_INET};
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    /* At every start, not only after a crash: today's connections decide about tomorrow's bind. */
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind port %u", port);
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen port %u", port);
    return listen_fd;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    if (stop_on_signals() == -1)
        die("sigaction");

    int listen_fd = open_listener((uint16_t)port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    int conn_fd;
    unsigned clients = 0;
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        char hello[32];
        int len = snprintf(hello, sizeof hello, "hello %u\n", ++clients);
        if (send_all(conn_fd, hello, (size_t)len) == -1)
            say("lost a client: %s", errno_name(errno));
        close(conn_fd);
    }
    if (errno != EINTR)
        die("accept");
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
