/* client.c - lab 02: sends numbered datagrams, and prints all that a sender learns about them.
 *
 * Shows:      that a successful send does not mean that the datagram arrives. If no program has the
 *             port, a connected socket gets ECONNREFUSED, one call late; with -u there is no error.
 * Run this:   ./client -v -n 4 -e 1000
 * See this:   client: number 2 not sent: Connection refused [ECONNREFUSED]
 * Try:        the same with -u; -l 0, -l 65507 and -l 65508 while the server runs; -n 1000 to a
 *             slow server with a small buffer, ./server -d 1000 -B 4096
 */
#include "datagram.h"
#include "diag.h"
#include "net.h"
#include "sender.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    uint16_t port;
    long count, length, first;
    int error_time; /* milliseconds */
    bool unconnected, ask;
};

static const char help[] =
    "usage: client [-ruv] [-e MILLISECONDS] [-f NUMBER] [-l BYTES] [-n COUNT] [-p PORT]\n"
    "Sends numbered datagrams: \"N#\", the number in two bytes, and zeros.\n\n"
    "  -e MILLISECONDS  wait this long for an error after each, 0 to 60000 (0)\n"
    "  -f NUMBER  the first number, 0 to 65535; 0 follows 65535 (1)\n"
    "  -l BYTES   the length of each, 0 to 65535 (100)\n"
    "  -n COUNT   how many to send, 1 to 1000000000 (10)\n"
    "  -p PORT    the receiver's port, 1 to 65535 (5002)\n"
    "  -r         at the end, ask the exercise's receiver for its report\n"
    "  -u         do not connect the socket: give the address with each datagram\n"
    "  -v         print each system call with its result\n"
    "  -h         print this help\n\n"
    "The exit status is 1 if a datagram could not be sent.";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5002, .count = 10, .length = 100, .first = 1};
    for (int c; (c = next_option(argc, argv, "e:f:l:n:p:ru", help)) != -1;) {
        if (c == 'e')
            opt.error_time = (int)number_option(c, "a time in milliseconds", 0, 60000);
        else if (c == 'f')
            opt.first = number_option(c, "a number", 0, 65535);
        else if (c == 'l')
            opt.length = number_option(c, "a length in bytes", 0, 65535);
        else if (c == 'n')
            opt.count = number_option(c, "a count", 1, 1000000000);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a receiver's port", 1, 65535);
        opt.ask |= c == 'r';
        opt.unconnected |= c == 'u';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

/* Returns how many datagrams the kernel took. Whether they arrive, a sender cannot know. */
static long send_numbers(const struct sender *sender, const struct options *opt)
{
    unsigned char data[65535] = {0};
    long sent = 0;
    for (long i = 0; i < opt->count; i++) {
        uint16_t number = (uint16_t)(opt->first + i); /* 0 follows 65535 */
        write_header(data, "N#", number);
        if (send_datagram(sender, data, (size_t)opt->length) == -1) {
            say("number %u not sent: %s [%s]", number, strerror(errno), errno_name(errno));
            continue;
        }
        sent++;
        if (opt->error_time > 0)
            wait_for_error(sender, opt->error_time);
    }
    return sent;
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct options opt = parse_options(argc, argv);
    struct sender sender = {.to = resolve_or_die("127.0.0.1", opt.port),
                            .connected = !opt.unconnected};
    char text[ENDPOINT_TEXT_MAX], report[512];

    if (open_sender(&sender) == -1)
        die("connect %s", format_endpoint(&sender.to, text));
    long sent = send_numbers(&sender, &opt);
    say("sent %ld of %ld datagrams to %s", sent, opt.count, format_endpoint(&sender.to, text));
    if (opt.ask) {
        uint16_t next = (uint16_t)(opt.first + opt.count);
        if (ask_for_report(&sender, next, report, sizeof report) == -1)
            die_plain("no report came, though I asked 5 times: it begins with \"received \"");
        say("report: %s", report);
    }
    close(sender.fd);
    return sent == opt.count ? EXIT_SUCCESS : EXIT_FAILURE;
}
