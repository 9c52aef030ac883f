/* server.c - lab 13: gives a file away in pieces,
 * and remembers how far each client is, or does not.
 *
 * Shows:      what a stateful server must remember, and what happens if that is wrong; that a
 *             stateless one is told everything in each request; and what a cookie is.
 * Run this:   seq 20 >numbers && ./server
 *             ./client -n 3 numbers
 * See this:   client: 3 pieces in 4 round trips, asked 4 times: 19 bytes there, 21 back
 * Try:        -m stateless for the server, and -s for the client: how many bytes and round trips?
 *             Stop the server between two pieces (client -w) and start it again.
 */
#include "diag.h"
#include "io.h"
#include "net.h"
#include "service.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    uint16_t port;
    enum way way;
    bool by_host;
    const char *folder, *key;
};

static const char help[] =
    "usage: server [-av] [-d FOLDER] [-k FILE] [-m WAY] [-p PORT]\n"
    "Gives files away in pieces of 3 bytes, by UDP.\n\n"
    "  -a         know a client by its IP address alone, whatever its port\n"
    "  -d FOLDER  where the files are (the current folder)\n"
    "  -k FILE    with -m cookie: the key is in this file, or made there (a new key each time)\n"
    "  -m WAY     stateful, cached, stateless or cookie (stateful)\n"
    "  -p PORT    the port to bind, 0 to 65535; 0: the kernel chooses (5013)\n"
    "  -v         print each system call with its result\n"
    "  -h         print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5013, .way = STATEFUL, .folder = "."};
    for (int c; (c = next_option(argc, argv, "ad:k:m:p:", help)) != -1;) {
        opt.by_host |= c == 'a';
        if (c == 'd')
            opt.folder = optarg;
        else if (c == 'k')
            opt.key = optarg;
        else if (c == 'm' && (opt.way = find_way(optarg)) == WAYS)
            die_usage("-m '%s' is no way: stateful, cached, stateless or cookie", optarg);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static int bind_or_die(uint16_t port)
{
    struct endpoint where = resolve_or_die("127.0.0.1", port);
    char text[ENDPOINT_TEXT_MAX];
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd == -1)
        die("socket");
    if (bind(fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("bind %s", format_endpoint(&where, text));
    say("bound to %s", local_endpoint(fd, text));
    return fd;
}

static void serve(int fd, struct service *service)
{
    unsigned char data[MESSAGE_MAX + 1]; /* one more, to know what is too long */
    char text[ENDPOINT_TEXT_MAX];
    while (!stop) {
        struct endpoint from = {.len = sizeof from.addr};
        struct message request, answer;
        ssize_t n = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from.addr, &from.len);
        if (n == -1 && errno != EINTR)
            die("recvfrom");
        if (n == -1 || !unpack_message(data, (size_t)n, &request))
            continue;
        serve_request(service, &from, &request, &answer);
        size_t len = pack_message(&answer, data);
        trace("%c %u, %zd bytes, from %s: %c, %zu bytes", request.type, request.id, n,
              format_endpoint(&from, text), answer.type, len);
        /* If it cannot be sent, it is lost, like one that is
         * lost on the way: the client will ask again. */
        sendto(fd, data, len, 0, (struct sockaddr *)&from.addr, from.len);
    }
}

int main(int argc, char *argv[])
{
    static struct service service;
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    service.way = opt.way;
    service.by_host = opt.by_host;
    if (stop_on_signals() == -1)
        die("sigaction");
    if (get_key(opt.key, service.key) == -1)
        die("key %s", opt.key ? opt.key : "");
    if (chdir(opt.folder) == -1)
        die("folder %s", opt.folder);
    int fd = bind_or_die(opt.port);
    serve(fd, &service);
    say("%lu requests, %lu pieces given, clients remembered: %d", service.requests, service.pieces,
        count_memories(&service));
    close(fd);
    return EXIT_SUCCESS;
}
