/* server.c - lab 12: says "Thank you" to each client, and closes first.
 *
 * Shows:      which segment each call makes the kernel send, and which states the segment leads to;
 *             the end that closes first is the one that stays in TIME-WAIT.
 * Run this:   ./ladder/ladder -p 5012
 *             ./server
 *             ./client
 * See this:   server: accepted 127.0.0.1:40312
 * Try:        ./server -s and ./client -s, and type the calls yourself: close before you recv.
 */
#include "addr.h"
#include "calls.h"
#include "diag.h"
#include "io.h"
#include "net.h"
#include "script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    bool typed;
    char *const *calls; /* to make with each client; NULL: those that you type */
};

static const char help[] =
    "usage: server [-v] [-b HOST] [-p PORT] [CALL...]\n"
    "       server -s [-v] [-b HOST] [-p PORT]\n"
    "Makes these calls with each client, one client after the other (send close).\n\n" CALLS_HELP
    "\n"
    "  -b HOST   the address to bind: a name, IPv4 or IPv6 (127.0.0.1)\n"
    "  -p PORT   the port to bind, 0 to 65535; 0: the kernel chooses (5012)\n"
    "  -s        make the calls that you type, one a line, until Ctrl-D\n"
    "  -v        print each system call of the opening with its result\n"
    "  -h        this help\n\n"
    "SIGINT (Ctrl-C) and SIGTERM stop it.";

static struct options parse_options(int argc, char *argv[])
{
    static char send_call[] = "send", close_call[] = "close";
    static char *const usual[] = {send_call, close_call, NULL};
    struct options opt = {.host = "127.0.0.1", .port = 5012};
    for (int c; (c = next_option(argc, argv, "b:p:s", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        opt.typed |= c == 's';
    }
    opt.calls = choose_calls(argv + optind, usual, opt.typed);
    return opt;
}

/* A client that vanishes is an event, not an error: the server goes on with the next one. */
static void serve_client(int conn_fd, const char *peer, char *const calls[])
{
    const char *call;
    if (make_calls(conn_fd, calls, &call) == 0)
        return;
    if (errno == EINTR)
        say("left %s: asked to stop", peer);
    else
        say("lost %s: %s: %s", peer, call, errno_name(errno));
}

/* The kernel has answered each client's SYN before accept(2) returns, and before it is called. */
static void serve(int listen_fd, const struct options *opt)
{
    struct endpoint client;
    char peer[ENDPOINT_TEXT_MAX];
    int conn_fd;
    while ((conn_fd = accept_client(listen_fd, &client)) != -1) {
        say("accepted %s", format_endpoint(&client, peer));
        serve_client(conn_fd, peer, opt->calls);
        if (opt->typed && feof(stdin))
            return;
    }
    if (errno != EINTR)
        die("accept");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    struct endpoint where = resolve_or_die(opt.host, opt.port);
    if (stop_on_signals() == -1)
        die("sigaction");

    char text[ENDPOINT_TEXT_MAX];
    int listen_fd = tcp_listen(&where); /* from CLOSED to LISTEN */
    if (listen_fd == -1)
        die("listen on %s", format_endpoint(&where, text));
    say("listening on %s", local_endpoint(listen_fd, text));
    serve(listen_fd, &opt);
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
