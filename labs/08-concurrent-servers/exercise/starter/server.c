/* server.c - the chat: what one member says, all others hear.
 *
 * The first line of a client is its name, and each later one is for all others, as "NAME: LINE".
 * What the server must do is in ../README.md under "Exercise". Check it with: scripts/lab check 08
 * The options and the listening socket are written for you.
 */
#include "diag.h"
#include "net.h"

#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "A chat: each line of a member goes to all others.\n\n"
                           "  -p PORT  the port to bind on 127.0.0.1 (5008)";

/* Yours: one loop around poll. Who can be read, for
 * whom is something waiting, and is there a new client? */
static void serve_all(int listen_fd)
{
    for (int conn_fd; (conn_fd = accept_client(listen_fd, NULL)) != -1;)
        close(conn_fd);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5008;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    serve_all(listen_fd);
    die("accept");
}
