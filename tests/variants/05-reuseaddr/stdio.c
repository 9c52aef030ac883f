/* stdio.c - prints the line to a FILE of the connection. fclose sends it, and closes. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] = "usage: server [-v] [-p PORT]";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    signal(SIGPIPE, SIG_IGN);
    if (stop_on_signals() == -1)
        die("sigaction");
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where), conn_fd;
    if (listen_fd == -1)
        die("port %ld", port);
    for (int number = 1; (conn_fd = accept_client(listen_fd, NULL)) != -1; number++) {
        FILE *client = fdopen(conn_fd, "w");
        if (!client)
            die("fdopen");
        fprintf(client, "hello %d\n", number);
        fclose(client);
    }
    if (errno != EINTR)
        die("accept");
    return EXIT_SUCCESS;
}
