/* client.c - lab 12: connects, prints what the server says, and closes after the server has.
 *
 * Shows:      connect sends a SYN and waits for the answer: welcome, refused, or none. After that,
 *             which segment each call makes the kernel send.
 * Run this:   ./ladder/ladder -p 5012
 *             ./server
 *             ./client
 * See this:   client: connected 127.0.0.1:40312 -> 127.0.0.1:5012
 * Try:        ./client without a server; ./client reset; ./client -s, and type the calls yourself.
 */
#include "addr.h"
#include "calls.h"
#include "diag.h"
#include "net.h"
#include "script.h"

#include <stdlib.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    bool typed;
    char *const *calls; /* NULL: those that you type */
};

static const char help[] = "usage: client [-v] [-b HOST] [-p PORT] [CALL...]\n"
                           "       client -s [-v] [-b HOST] [-p PORT]\n"
                           "Connects, and makes these calls (eof close).\n\n" CALLS_HELP "\n"
                           "  -b HOST   the server's address: a name, IPv4 or IPv6 (127.0.0.1)\n"
                           "  -p PORT   the server's port, 1 to 65535 (5012)\n"
                           "  -s        make the calls that you type, one a line, until Ctrl-D\n"
                           "  -v        print each system call of the opening with its result\n"
                           "  -h        this help";

static struct options parse_options(int argc, char *argv[])
{
    static char eof_call[] = "eof", close_call[] = "close";
    static char *const usual[] = {eof_call, close_call, NULL};
    struct options opt = {.host = "127.0.0.1", .port = 5012};
    for (int c; (c = next_option(argc, argv, "b:p:s", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        opt.typed |= c == 's';
    }
    opt.calls = choose_calls(argv + optind, usual, opt.typed);
    return opt;
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct options opt = parse_options(argc, argv);
    struct endpoint server = resolve_or_die(opt.host, opt.port);
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    format_endpoint(&server, text);

    /* In SYN-SENT until there is an answer. ECONNREFUSED: it was a reset. ETIMEDOUT: there was
     * none, after several SYNs (tcp(7), tcp_syn_retries). */
    int fd = tcp_connect(&server);
    if (fd == -1)
        die("connect %s", text);
    say("connected %s -> %s", local_endpoint(fd, local), text);

    const char *call;
    if (make_calls(fd, opt.calls, &call) == -1)
        die("%s", call);
    return EXIT_SUCCESS;
}
