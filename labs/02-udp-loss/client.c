/* client.c - lab 02: sends numbered datagrams, and tells what became of each as far as it can know.
 *
 * Shows:      that a send that succeeds says nothing of arrival; ECONNREFUSED on a connected
 *             socket, and silence on one that is not; the largest datagram, and EMSGSIZE.
 * Run this:   ./client -v -n 4 -e 1000    while no server runs
 * See this:   client| send(3, 100 bytes) = 100, the next one = -1 ECONNREFUSED, and so on
 * Try:        the same with -u; -l 0; -l 65507; -l 65508; -n 1000 to a server with -d 1000.
 */
#include "addr.h"
#include "diag.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    long count, length, first, error_time; /* error_time: milliseconds */
    bool unconnected, ask;
};

static const char help[] =
    "usage: client [-ruv] [-b HOST] [-p PORT] [-n COUNT] [-l BYTES] [-f NUMBER] [-e MILLISECONDS]\n"
    "Sends numbered datagrams: \"N#\", the number in two bytes, and zeros.\n\n"
    "  -b HOST    the receiver's address: a name, IPv4 or IPv6 (127.0.0.1)\n"
    "  -p PORT    the receiver's port, 1 to 65535 (5002)\n"
    "  -n COUNT   how many, 1 to 1000000000 (10)\n"
    "  -l BYTES   how long each is, 0 to 65535 (100)\n"
    "  -f NUMBER  the first number, 0 to 65535; 0 follows 65535 (1)\n"
    "  -e MILLISECONDS  wait so long for an error after each, 0 to 60000 (0)\n"
    "  -u         do not connect the socket: the address goes with each datagram\n"
    "  -r         ask for a report at the end, as the exercise's receiver gives it\n"
    "  -v         tell each system call with its result\n"
    "  -h         this help\n\n"
    "The exit status is 1 where a datagram could not be sent.";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {
        .host = "127.0.0.1", .port = 5002, .count = 10, .length = 100, .first = 1};
    for (int c; (c = next_option(argc, argv, "b:p:n:l:f:e:ru", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a receiver's port", 1, 65535);
        else if (c == 'n')
            opt.count = number_option(c, "a count", 1, 1000000000);
        else if (c == 'l')
            opt.length = number_option(c, "a length in bytes", 0, 65535);
        else if (c == 'f')
            opt.first = number_option(c, "a number", 0, 65535);
        else if (c == 'e')
            opt.error_time = number_option(c, "a time in milliseconds", 0, 60000);
        opt.ask = opt.ask || c == 'r';
        opt.unconnected = opt.unconnected || c == 'u';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

/* connect(2) sends nothing on UDP. It notes the peer: where send goes, and whose datagrams and
 * errors this socket gets (udp(7)). */
static int open_sender(const struct endpoint *to, bool unconnected)
{
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    int fd = socket(to->addr.ss_family, SOCK_DGRAM, 0);
    trace("socket(SOCK_DGRAM) = %d", fd);
    if (fd == -1)
        die("socket");
    if (unconnected)
        return fd;
    if (connect(fd, (const struct sockaddr *)&to->addr, to->len) == -1)
        die("connect %s", format_endpoint(to, text));
    trace("connect(%d, %s) = 0, udp %s -> %s", fd, format_endpoint(to, text),
          local_endpoint(fd, local), text);
    return fd;
}

/* One datagram, whole or not at all: there is no short count to care for. */
static bool send_one(int fd, const void *data, size_t len, const struct endpoint *to)
{
    char text[ENDPOINT_TEXT_MAX];
    ssize_t n = to ? sendto(fd, data, len, 0, (const struct sockaddr *)&to->addr, to->len)
                   : send(fd, data, len, 0);
    const char *space = n == -1 ? " " : "", *failure = n == -1 ? errno_name(errno) : "";
    if (to)
        trace("sendto(%d, %zu bytes, %s) = %zd%s%s", fd, len, format_endpoint(to, text), n, space,
              failure);
    else
        trace("send(%d, %zu bytes) = %zd%s%s", fd, len, n, space, failure);
    return n != -1;
}

/* Returns how many datagrams the kernel took. That is all a sender knows. */
static long send_numbers(int fd, const struct options *opt, const struct endpoint *to)
{
    unsigned char data[65535] = "N#";
    long sent = 0;
    for (long i = 0; i < opt->count; i++) {
        uint16_t number = (uint16_t)(opt->first + i); /* 0 follows 65535 */
        data[2] = (unsigned char)(number >> 8);
        data[3] = (unsigned char)number;
        if (!send_one(fd, data, (size_t)opt->length, to)) {
            say("number %u not sent: %s [%s]", number, strerror(errno), errno_name(errno));
            continue;
        }
        sent++;
        /* A closed port answers by ICMP; a connected socket is then "ready": POLLERR (poll(2)). */
        if (opt->error_time > 0)
            poll(&(struct pollfd){.fd = fd}, 1, (int)opt->error_time);
    }
    return sent;
}

/* Asks until the report comes: the question may get lost, and so may the answer. */
static void ask_for_report(int fd, uint16_t next, const struct endpoint *to)
{
    unsigned char question[] = {'R', '?', (unsigned char)(next >> 8), (unsigned char)next};
    char answer[512];
    for (int tries = 0; tries < 5; tries++) {
        send_one(fd, question, sizeof question, to);
        if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 200) != 1)
            continue;
        ssize_t n = recv(fd, answer, sizeof answer, 0);
        trace("recv(%d) = %zd", fd, n);
        if (n > 0) {
            say("report: %.*s", (int)(n - (answer[n - 1] == '\n')), answer);
            return;
        }
    }
    die_plain("no report came, though asked for 5 times");
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct options opt = parse_options(argc, argv);
    struct endpoint to;
    int error = resolve(opt.host, opt.port, &to);
    if (error != 0)
        die_plain("cannot find host '%s': %s", opt.host, gai_strerror(error));

    int fd = open_sender(&to, opt.unconnected);
    const struct endpoint *each_time = opt.unconnected ? &to : NULL;
    long sent = send_numbers(fd, &opt, each_time);
    char text[ENDPOINT_TEXT_MAX];
    say("sent %ld of %ld datagrams to %s", sent, opt.count, format_endpoint(&to, text));
    if (opt.ask)
        ask_for_report(fd, (uint16_t)(opt.first + opt.count), each_time);
    close(fd);
    return sent == opt.count ? EXIT_SUCCESS : EXIT_FAILURE;
}
