/* server.c - the mirror server: cuts a stream into messages, and sends each one back reversed.
 *
 * A message is a length of 4 bytes, the most significant first, and then that many bytes. What the
 * server must do is in ../README.md under "Exercise". Check it with: scripts/lab check 04
 * The listening socket and the loop that accepts clients are written for you. The rest is yours.
 */
#include "diag.h"
#include "net.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-l BYTES] [-p PORT]\n"
                           "Sends each message back with its bytes in reverse order.\n\n"
                           "  -l BYTES  the longest message, 0 to 1048576 (1024)\n"
                           "  -p PORT   the port to bind on 127.0.0.1 (5004)";

/* Yours: read messages until the stream ends, and send each one back reversed, with its length. */
static void serve_client(int fd, size_t longest)
{
    trace("serve_client(%d), messages of %zu bytes at most", fd, longest);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5004, longest = 1024;
    for (int c; (c = next_option(argc, argv, "l:p:", help)) != -1;) {
        if (c == 'l')
            longest = number_option(c, "a message's length", 0, 1048576);
        else
            port = number_option(c, "a port", 0, 65535);
    }
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int conn_fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        serve_client(conn_fd, (size_t)longest);
        close(conn_fd);
    }
    die("accept");
}
