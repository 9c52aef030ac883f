/* client.c - lab 05: connects, one connection after the other, and lets the server close first.
 *
 * Shows:      TIME_WAIT on the client's side (-f): each connection that the client closes first
 *             keeps its local port for a minute, and ports run out.
 * Run this:   sysctl -w net.ipv4.ip_local_port_range='50000 50001' net.ipv4.tcp_tw_reuse=0
 *             ./server -rw & ./client -f -n 3
 * See this:   client: connect 127.0.0.1:5005: Cannot assign requested address [EADDRNOTAVAIL]
 */
#include "addr.h"
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    long times;
    bool first;
};

static const char help[] =
    "usage: client [-fv] [-b HOST] [-n TIMES] [-p PORT]\n"
    "Connects and prints what the server says, until its end of stream.\n\n"
    "  -b HOST   the server's address (127.0.0.1)\n"
    "  -f        close first, after one line\n"
    "  -n TIMES  so many connections, one after the other, 1 to 1000000 (1)\n"
    "  -p PORT   the server's port, 1 to 65535 (5005)\n"
    "  -v        tell each system call with its result\n"
    "  -h        this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.host = "127.0.0.1", .port = 5005, .times = 1};
    for (int c; (c = next_option(argc, argv, "b:fn:p:", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'n')
            opt.times = number_option(c, "a number of connections", 1, 1000000);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        opt.first |= c == 'f';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static int open_connection(const struct endpoint *server)
{
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    format_endpoint(server, text);
    int fd = socket(server->addr.ss_family, SOCK_STREAM, 0);
    if (fd == -1)
        die("socket");
    /* A local port is free for this server if no connection to it has it, in TIME_WAIT neither. */
    if (connect(fd, (const struct sockaddr *)&server->addr, server->len) == -1)
        die("connect %s", text);
    say("connected %s -> %s", local_endpoint(fd, local), text);
    return fd;
}

/* Prints what the server says: one line of it with `first`, else all until the end of the stream.
 */
static void listen_to_server(int fd, bool first)
{
    char data[512];
    ssize_t n;
    while ((n = recv_some(fd, data, sizeof data)) > 0) {
        say("got %.*s", (int)strcspn(data, "\n"), data);
        if (first && memchr(data, '\n', (size_t)n))
            break;
    }
    trace("recv(%d) = %zd", fd, n);
    if (n == -1)
        die("recv");
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct options opt = parse_options(argc, argv);
    struct endpoint server;
    int error = resolve(opt.host, opt.port, &server);
    if (error != 0)
        die_plain("cannot find host '%s': %s", opt.host, gai_strerror(error));

    for (long i = 0; i < opt.times; i++) {
        int fd = open_connection(&server);
        listen_to_server(fd, opt.first);
        say("closing %s", opt.first ? "first" : "second");
        close(fd);
    }
    return EXIT_SUCCESS;
}
