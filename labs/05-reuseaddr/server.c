/* server.c - lab 05: a server that thanks each client and closes the connection first.
 *
 * Shows:      why a server cannot always restart at once, and what three socket options change.
 * Run this:   ./server -n 1
 *             ./client
 *             ./server
 * See this:   server: bind 127.0.0.1:5005: Address already in use [EADDRINUSE]
 * Try:        -r at both starts, then at only one of them, each time on a new port (-p).
 *
 * BUG ON PURPOSE: every TCP server should set SO_REUSEADDR; this one does not. -r cures it.
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <unistd.h>

struct options {
    uint16_t port;
    long clients; /* stop after this many; 0: never */
    int reuse_addr, reuse_port;
    bool reset, wait;
};

static const char help[] =
    "usage: server [-lrPvw] [-n CLIENTS] [-p PORT]\n"
    "Says \"Thank you\" to each client and closes the connection first.\n\n"
    "  -l          set SO_LINGER with time 0 on each connection: close sends a reset\n"
    "  -n CLIENTS  stop after this many clients, 1 to 1000000 (never)\n"
    "  -p PORT     listen on this port; 0 lets the kernel choose one (5005)\n"
    "  -r          set SO_REUSEADDR before bind\n"
    "  -P          set SO_REUSEPORT before bind\n"
    "  -w          wait until the client has closed, and close second\n"
    "  -v          print what each call returns\n"
    "  -h          print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5005};
    for (int c; (c = next_option(argc, argv, "ln:p:rPw", help)) != -1;) {
        if (c == 'n')
            opt.clients = number_option(c, "a number of clients", 1, 1000000);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        opt.reset |= c == 'l';
        opt.reuse_addr |= c == 'r';
        opt.reuse_port |= c == 'P';
        opt.wait |= c == 'w';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static int open_listener(const struct endpoint *where, const struct options *opt)
{
    char text[ENDPOINT_TEXT_MAX];
    int result, listen_fd = socket(where->addr.ss_family, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    format_endpoint(where, text);
    /* bind looks at both options, so they must be set before it; a new socket has them at 0. */
    result = setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &opt->reuse_addr, sizeof(int));
    trace("setsockopt(%d, SO_REUSEADDR, %d) = %d", listen_fd, opt->reuse_addr, result);
    if (result == -1)
        die("setsockopt SO_REUSEADDR");
    result = setsockopt(listen_fd, SOL_SOCKET, SO_REUSEPORT, &opt->reuse_port, sizeof(int));
    trace("setsockopt(%d, SO_REUSEPORT, %d) = %d", listen_fd, opt->reuse_port, result);
    if (result == -1)
        die("setsockopt SO_REUSEPORT");
    result = bind(listen_fd, (const struct sockaddr *)&where->addr, where->len);
    trace("bind(%d, %s) = %d", listen_fd, text, result);
    if (result == -1)
        die("bind %s", text);
    result = listen(listen_fd, SOMAXCONN);
    trace("listen(%d) = %d", listen_fd, result);
    if (result == -1) /* two sockets with SO_REUSEADDR may bind one address, but not listen */
        die("listen on %s", text);
    return listen_fd;
}

/* The end that closes first keeps the connection in TIME_WAIT: RFC 9293, section 3.6. */
static void serve_client(int conn_fd, const char *peer, const struct options *opt)
{
    static const char thanks[] = "Thank you\n";
    static const struct linger no_time = {.l_onoff = 1, .l_linger = 0};
    char rest[512];
    ssize_t got = -1;
    if (send_all(conn_fd, thanks, sizeof thanks - 1) == -1)
        say("lost %s: %s", peer, errno_name(errno));
    while (opt->wait && (got = recv_some(conn_fd, rest, sizeof rest)) > 0)
        continue; /* until the client has closed */
    if (opt->reset)
        setsockopt(conn_fd, SOL_SOCKET, SO_LINGER, &no_time, sizeof no_time);
    say("closing %s %s", peer, opt->reset ? "with a reset" : got == 0 ? "second" : "first");
    close(conn_fd);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    struct endpoint where = resolve_or_die("127.0.0.1", opt.port), client;
    if (stop_on_signals() == -1)
        die("sigaction");

    char text[ENDPOINT_TEXT_MAX];
    int conn_fd, listen_fd = open_listener(&where, &opt);
    say("listening on %s", local_endpoint(listen_fd, text));
    for (long served = 0; (conn_fd = accept_client(listen_fd, &client)) != -1;) {
        serve_client(conn_fd, format_endpoint(&client, text), &opt);
        if (++served == opt.clients)
            break;
    }
    if (conn_fd == -1 && errno != EINTR)
        die("accept");
    close(listen_fd);
    say("stopped");
}
