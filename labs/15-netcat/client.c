/* client.c - lab 15: TODO: one sentence about what it is.
 *
 * Shows:      TODO: what it makes visible, a sentence or two.
 * Run this:   ./server
 *             ./client
 * See this:   client: connected 127.0.0.1:40312 -> 127.0.0.1:5015
 * Try:        TODO: what to break or vary, and what to look at.
 */
#include "diag.h"
#include "net.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] = "usage: client [-v] [-p PORT]\n"
                           "Connects to the server.\n\n"
                           "  -p PORT  the server's port, 1 to 65535 (5015)\n"
                           "  -v       print what each call returns\n"
                           "  -h       print this help";

int main(int argc, char *argv[])
{
    diag_init("client");
    long port = 5015;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 1, 65535);

    struct endpoint server = resolve_or_die("127.0.0.1", (uint16_t)port);
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    int fd = tcp_connect(&server);
    if (fd == -1)
        die("connect %s", format_endpoint(&server, text));
    say("connected %s -> %s", local_endpoint(fd, local), format_endpoint(&server, text));
    /* TODO: what the client says and hears. */
    close(fd);
    return EXIT_SUCCESS;
}
