/* client.c - lab 05: a client that closes second, or first if you say so.
 *
 * Shows:      each connection has a local port of its own. If the client closes first, TIME_WAIT
 *             keeps that port for a minute.
 * Run this:   ./server -w
 *             ./client -f -n 2
 * See this:   client: connected 127.0.0.1:40312 -> 127.0.0.1:5005
 * Try:        ss -tan state time-wait afterwards; the same without -w and -f; and then with only
 *             two local ports: README, "When the client's ports run out".
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <string.h>
#include <unistd.h>

struct options {
    uint16_t port;
    long times;
    bool first;
};

static const char help[] =
    "usage: client [-fv] [-n TIMES] [-p PORT]\n"
    "Connects and prints what the server says, until the server closes.\n\n"
    "  -f        close first, after one line from the server\n"
    "  -n TIMES  connect this often, one connection after the other, 1 to 1000000 (1)\n"
    "  -p PORT   the server's port, 1 to 65535 (5005)\n"
    "  -v        print what each call returns\n"
    "  -h        print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5005, .times = 1};
    for (int c; (c = next_option(argc, argv, "fn:p:", help)) != -1;) {
        if (c == 'n')
            opt.times = number_option(c, "a number of connections", 1, 1000000);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        opt.first |= c == 'f';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

/* connect picks a local port that no connection to this server has, not even one in TIME_WAIT. */
static int open_connection(const struct endpoint *server)
{
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    int fd = tcp_connect(server);
    if (fd == -1)
        die("connect %s", format_endpoint(server, text));
    say("connected %s -> %s", local_endpoint(fd, local), format_endpoint(server, text));
    return fd;
}

/* Prints what the server says: with `first` one line, else all until the end of the stream. */
static void listen_to_server(int fd, bool first)
{
    char data[512];
    for (;;) {
        ssize_t n = recv_some(fd, data, sizeof data);
        trace("recv(%d) = %zd", fd, n);
        if (n == -1)
            die("recv");
        if (n == 0)
            return;
        const char *end = memchr(data, '\n', (size_t)n);
        say("got %.*s", (int)(end ? end - data : n), data);
        if (first && end)
            return;
    }
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct options opt = parse_options(argc, argv);
    struct endpoint server = resolve_or_die("127.0.0.1", opt.port);

    for (long i = 0; i < opt.times; i++) {
        int fd = open_connection(&server);
        listen_to_server(fd, opt.first);
        say("closing %s", opt.first ? "first" : "second");
        close(fd);
    }
}
