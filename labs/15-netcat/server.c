/* server.c - lab 15: TODO: one sentence about what it is.
 *
 * Shows:      TODO: what it makes visible, a sentence or two.
 * Run this:   ./server
 *             ./client
 * See this:   server: accepted 127.0.0.1:40312
 * Try:        TODO: what to break or vary, and what to look at.
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Accepts clients, one after the other.\n\n"
                           "  -p PORT  listen on this port; 0 lets the kernel choose one (5015)\n"
                           "  -v       print what each call returns\n"
                           "  -h       print this help";

/* TODO: what the server does with a client. */
static void serve_client(int conn_fd, const char *peer)
{
    trace("serve_client(%d)", conn_fd);
    say("accepted %s", peer);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5015;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    if (stop_on_signals() == -1)
        die("sigaction");

    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port), client;
    char text[ENDPOINT_TEXT_MAX];
    int conn_fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on %s", format_endpoint(&where, text));
    say("listening on %s", local_endpoint(listen_fd, text));
    while ((conn_fd = accept_client(listen_fd, &client)) != -1) {
        serve_client(conn_fd, format_endpoint(&client, text));
        close(conn_fd);
    }
    if (errno != EINTR)
        die("accept");
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
