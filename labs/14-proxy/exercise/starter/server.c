/* server.c - lab 14's exercise: a relay with limits.
 *
 * A server to its clients, and a client to its server.
 * What it must do is in ../README.md under "Exercise".
 * Check it with: scripts/lab check 14. The options and the listening socket are written for you.
 */
#include "diag.h"
#include "net.h"

#include <unistd.h>

static const char help[] =
    "usage: server [-v] [-p PORT] [-t PORT] [-c N] [-i MS] [-r BYTES]\n"
    "Relays each client to a server, within limits.\n\n"
    "  -p PORT   the port to bind on 127.0.0.1 (5014)\n"
    "  -t PORT   the server's port on 127.0.0.1 (8014)\n"
    "  -c N      so many clients at a time, 1 to 1000 (no limit)\n"
    "  -i MS     so long a pair may be idle, 1 to 3600000 (for ever)\n"
    "  -r BYTES  so many a second in each direction, 1 to 1000000000 (no limit)";

/* What the options say. 0: there is no such limit. */
struct limits {
    long clients, idle_ms, rate;
};

/* Yours: for each client a connection to `target`, and
 * one loop around poll that carries the bytes both ways. */
static void relay_all(int listen_fd, const struct endpoint *target, const struct limits *limits)
{
    (void)target, (void)limits;
    for (int conn_fd; (conn_fd = accept_client(listen_fd, NULL)) != -1;)
        close(conn_fd);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct limits limits = {0, 0, 0};
    long port = 5014, server = 8014;
    for (int c; (c = next_option(argc, argv, "c:i:p:r:t:", help)) != -1;) {
        if (c == 'p')
            port = number_option(c, "a port", 0, 65535);
        if (c == 't')
            server = number_option(c, "a port", 1, 65535);
        if (c == 'c')
            limits.clients = number_option(c, "a number of clients", 1, 1000);
        if (c == 'i')
            limits.idle_ms = number_option(c, "a time in ms", 1, 3600000);
        if (c == 'r')
            limits.rate = number_option(c, "a number of bytes", 1, 1000000000);
    }
    struct endpoint target = resolve_or_die("127.0.0.1", (uint16_t)server);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    relay_all(listen_fd, &target, &limits);
    die("accept");
}
