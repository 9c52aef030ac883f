/* client.c - lab 12: connects, hears what the server says, and closes when the server has.
 *
 * Shows:      connect sends SYN and waits for an answer: welcome, refused, or none; then which
 *             segment each call makes the kernel send.
 * Run this:   ./client           with ./server and ./ladder -p 5012 in other terminals
 * See this:   client: connected 127.0.0.1:40312 -> 127.0.0.1:5012
 * Try:        no server at all; -s, and type the calls yourself; ./client reset
 */
#include "addr.h"
#include "calls.h"
#include "diag.h"
#include "script.h"

#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    bool typed;
    char *const *calls; /* NULL: those that are typed */
};

static const char help[] = "usage: client [-v] [-b HOST] [-p PORT] [CALL...]\n"
                           "       client -s [-v] [-b HOST] [-p PORT]\n"
                           "Connects, and makes these calls (eof close).\n\n" CALLS_HELP "\n"
                           "  -b HOST   the server's address: a name, IPv4 or IPv6 (127.0.0.1)\n"
                           "  -p PORT   the server's port, 1 to 65535 (5012)\n"
                           "  -s        make the calls that are typed, a line each, until Ctrl-D\n"
                           "  -v        tell each system call of the opening with its result\n"
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

/* SYN-SENT as long as connect(2) waits. Its errors are the answers: ECONNREFUSED is a reset,
 * ETIMEDOUT is none at all, after several SYNs (tcp(7), tcp_syn_retries). */
static int open_connection(const struct endpoint *server)
{
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    format_endpoint(server, text);
    int fd = socket(server->addr.ss_family, SOCK_STREAM, 0);
    if (fd == -1)
        die("socket");
    if (connect(fd, (const struct sockaddr *)&server->addr, server->len) == -1)
        die("connect %s", text);
    trace("connect(%d, %s) = 0", fd, text);
    say("connected %s -> %s", local_endpoint(fd, local), text);
    return fd;
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct options opt = parse_options(argc, argv);
    struct endpoint server;
    int error = resolve(opt.host, opt.port, &server);
    if (error != 0)
        die_plain("cannot find host '%s': %s", opt.host, gai_strerror(error));

    const char *call;
    int fd = open_connection(&server);
    if (make_calls(fd, opt.calls, &call) == -1)
        die("%s", call);
    return EXIT_SUCCESS;
}
