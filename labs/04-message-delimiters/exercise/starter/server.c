/* server.c - the mirror server: cuts a stream into messages, and sends each back reversed.
 *
 * A message is 4 bytes that tell its length, the most significant byte first, and then so many
 * bytes. What the server must do is in ../README.md under "Exercise".
 * Check it with: scripts/lab check 04
 */
#include "addr.h"
#include "diag.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-l BYTES] [-p PORT]\n"
                           "Sends each message back with its bytes in reverse order.\n\n"
                           "  -l BYTES  the longest message, 0 to 1048576 (1024)\n"
                           "  -p PORT   the port to bind on 127.0.0.1 (5004)";

/* The passive open, as in lab 01. */
static int open_listener(uint16_t port)
{
    struct endpoint where;
    if (resolve("127.0.0.1", port, &where) != 0)
        die_plain("cannot find 127.0.0.1");
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        die("setsockopt");
    if (bind(listen_fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("bind port %u", port);
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen");
    return listen_fd;
}

/* Yours: read messages until the stream ends, and send back each one reversed, with its length. */
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
    int listen_fd = open_listener((uint16_t)port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    for (;;) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (conn_fd == -1)
            die("accept");
        serve_client(conn_fd, (size_t)longest);
        close(conn_fd);
    }
}
