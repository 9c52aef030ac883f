/* server.c - lab 05: says "Thank you" to each client, and closes first, unless told otherwise.
 *
 * Shows:      who closes first keeps TIME_WAIT; what that does to the next server on the same port;
 *             what SO_REUSEADDR, SO_REUSEPORT and SO_LINGER change.
 * Run this:   ./server -n 1          and in a second terminal: ./client     and then: ./server
 * See this:   server: bind 127.0.0.1:5005: Address already in use [EADDRINUSE]
 * Try:        both servers with -r; only one of them; the first with -w and the client with -f.
 *
 * BUG ON PURPOSE: without -r it does not set SO_REUSEADDR, which every TCP server should.
 */
#include "addr.h"
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    long clients; /* end after so many; 0: never */
    bool reuse_addr, reuse_port, reset, wait;
};

static const char help[] =
    "usage: server [-lrPvw] [-b HOST] [-n CLIENTS] [-p PORT]\n"
    "Says \"Thank you\" to each client and closes the connection first.\n\n"
    "  -b HOST     the address to bind (127.0.0.1)\n"
    "  -n CLIENTS  end after so many clients, 1 to 1000000 (never)\n"
    "  -p PORT     the port to bind, 0 to 65535; 0: the kernel chooses (5005)\n"
    "  -r          set SO_REUSEADDR before bind\n"
    "  -P          set SO_REUSEPORT before bind\n"
    "  -l          set SO_LINGER with time 0 on each connection: close sends a reset\n"
    "  -w          wait until the client has closed, and close second\n"
    "  -v          tell each system call with its result\n"
    "  -h          this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.host = "127.0.0.1", .port = 5005};
    for (int c; (c = next_option(argc, argv, "b:ln:p:rPw", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'n')
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

/* Both options belong to the socket and are looked at by bind, so they must be set before it. */
static void set_option(int fd, int name, const char *text)
{
    int result = setsockopt(fd, SOL_SOCKET, name, &(int){1}, sizeof(int));
    trace("setsockopt(%d, %s, 1) = %d", fd, text, result);
    if (result == -1)
        die("setsockopt %s", text);
}

static int open_listener(const struct endpoint *where, const struct options *opt)
{
    char text[ENDPOINT_TEXT_MAX];
    int listen_fd = socket(where->addr.ss_family, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    if (opt->reuse_addr)
        set_option(listen_fd, SO_REUSEADDR, "SO_REUSEADDR");
    if (opt->reuse_port)
        set_option(listen_fd, SO_REUSEPORT, "SO_REUSEPORT");
    if (bind(listen_fd, (const struct sockaddr *)&where->addr, where->len) == -1)
        die("bind %s", format_endpoint(where, text));
    trace("bind(%d, %s) = 0", listen_fd, format_endpoint(where, text));
    /* Two sockets with SO_REUSEADDR may share a bound address, but not a listening one. */
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen %s", format_endpoint(where, text));
    trace("listen(%d) = 0", listen_fd);
    return listen_fd;
}

/* Thanks one client. The end that closes first keeps the connection in TIME_WAIT (RFC 9293 3.6). */
static void serve_client(int conn_fd, const struct options *opt)
{
    static const char thanks[] = "Thank you\n";
    char peer[ENDPOINT_TEXT_MAX], rest[512];
    struct linger abort = {.l_onoff = 1, .l_linger = 0};
    peer_endpoint(conn_fd, peer);
    if (send_all(conn_fd, thanks, strlen(thanks)) == -1) {
        say("lost %s: %s", peer, errno_name(errno));
        return;
    }
    while (opt->wait && recv_some(conn_fd, rest, sizeof rest) > 0)
        continue; /* until the client's end of stream */
    if (opt->reset)
        setsockopt(conn_fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    say("closing %s %s", peer, opt->reset ? "with a reset" : opt->wait ? "second" : "first");
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

    int listen_fd = open_listener(&where, &opt);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    for (long served = 0; !stop && (opt.clients == 0 || served < opt.clients);) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (conn_fd == -1)
            die("accept");
        serve_client(conn_fd, &opt);
        close(conn_fd);
        served++;
    }
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
