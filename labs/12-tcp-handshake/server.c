/* server.c - lab 12: says "Thank you" to each client, and closes first.
 *
 * Shows:      which segment each call makes the kernel send, and to which states it leads; the end
 *             that closes first is the one that keeps TIME-WAIT.
 * Run this:   ./server           with ./ladder/ladder -p 5012 and ./client in other terminals
 * See this:   server: accepted 127.0.0.1:40312     and in the ladder, FIN from the server first
 * Try:        ./server -s and ./client -s, and type the calls yourself: close before you recv.
 */
#include "addr.h"
#include "calls.h"
#include "diag.h"
#include "io.h"
#include "script.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    bool typed;
    char *const *calls; /* with each client; NULL: those that are typed */
};

static const char help[] =
    "usage: server [-v] [-b HOST] [-p PORT] [CALL...]\n"
    "       server -s [-v] [-b HOST] [-p PORT]\n"
    "Makes these calls with each client, one client after the other (send close).\n\n" CALLS_HELP
    "\n"
    "  -b HOST   the address to bind: a name, IPv4 or IPv6 (127.0.0.1)\n"
    "  -p PORT   the port to bind, 0 to 65535; 0: the kernel chooses (5012)\n"
    "  -s        make the calls that are typed, a line each, until Ctrl-D\n"
    "  -v        tell each system call of the opening with its result\n"
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

/* From CLOSED to LISTEN. From now on the kernel answers SYN by itself: accept(2) comes later. */
static int open_listener(const struct endpoint *where)
{
    char text[ENDPOINT_TEXT_MAX];
    int listen_fd = socket(where->addr.ss_family, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    /* Who closes first keeps its port for a minute; lab 05 is about that. */
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(listen_fd, (const struct sockaddr *)&where->addr, where->len) == -1)
        die("bind %s", format_endpoint(where, text));
    trace("bind(%d, %s) = 0", listen_fd, format_endpoint(where, text));
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen %s", format_endpoint(where, text));
    trace("listen(%d) = 0", listen_fd);
    return listen_fd;
}

/* A client that vanishes is an event of a server's day, not an error of the server. */
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

static void serve(int listen_fd, const struct options *opt)
{
    while (!stop && !(opt->typed && feof(stdin))) {
        struct endpoint client = {.len = sizeof client.addr};
        int conn_fd = accept(listen_fd, (struct sockaddr *)&client.addr, &client.len);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (conn_fd == -1)
            die("accept");
        trace("accept(%d) = %d", listen_fd, conn_fd);
        char peer[ENDPOINT_TEXT_MAX];
        say("accepted %s", format_endpoint(&client, peer));
        serve_client(conn_fd, peer, opt->calls);
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    struct endpoint where;
    int error = resolve(opt.host, opt.port, &where);
    if (error != 0)
        die_plain("cannot find host '%s': %s", opt.host, gai_strerror(error));
    if (stop_on_signals() == -1)
        die("sigaction");

    int listen_fd = open_listener(&where);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    serve(listen_fd, &opt);
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
