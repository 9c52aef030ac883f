/* server.c - the careful receiver: a file comes whole under its name, or not at all.
 *
 * A sender sends 4 bytes of length, the most significant first, and the file; the answer is
 * "Gracias". What the server must do is in ../README.md under "Exercise".
 * Check it with: scripts/lab check 07
 * The options, the listening socket and the loop that accepts senders are written for you.
 */
#include "diag.h"
#include "net.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: server [-v] [-p PORT] [-t MILLISECONDS] -o FILE\n"
    "Receives files, one after the other, each under the name FILE.\n\n"
    "  -o FILE          the file's name\n"
    "  -p PORT          the port to bind on 127.0.0.1 (5007)\n"
    "  -t MILLISECONDS  how long a sender may be silent, 1 to 3600000 (10000)";

/* Yours: receive one file. When all of it is on the
 * disk under the name `path`, answer "Gracias". */
static void serve_sender(int fd, const char *path, long patience)
{
    trace("serve_sender(%d), for %s, silent for %ld ms at most", fd, path, patience);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5007, patience = 10000;
    const char *path = NULL;
    for (int c; (c = next_option(argc, argv, "o:p:t:", help)) != -1;) {
        if (c == 'o')
            path = optarg;
        else if (c == 'p')
            port = number_option(c, "a port", 0, 65535);
        else
            patience = number_option(c, "a time in milliseconds", 1, 3600000);
    }
    if (!path)
        die_usage("-o FILE, the file's name");
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int conn_fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        serve_sender(conn_fd, path, patience);
        close(conn_fd);
    }
    die("accept");
}
