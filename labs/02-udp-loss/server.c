/* server.c - lab 02: receives datagrams, and keeps a ledger of what arrived and what was dropped.
 *
 * Shows:      each datagram, even an empty one or one that was cut; that a server which is too slow
 *             loses datagrams in its own receive buffer, and how the kernel counts them.
 * Run this:   ./server -w -B 4096
 *             ./client -n 100
 * See this:   client: sent 100 of 100 datagrams to 127.0.0.1:5002
 * Try:        press Enter in the server's terminal: how many of the 100 arrived? Send one more and
 *             press Enter again: what does SO_RXQ_OVFL say now? Then try -d 1000, and -s 10.
 */
#include "diag.h"
#include "io.h"
#include "ledger.h"
#include "net.h"
#include "receiver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    uint16_t port;
    int buffer, work; /* bytes, or SYSTEM_DEFAULT; microseconds */
    size_t room;
    bool asleep, quiet;
};

static const char help[] =
    "usage: server [-qvw] [-B BYTES] [-d MICROSECONDS] [-p PORT] [-s BYTES]\n"
    "Receives datagrams until Ctrl-C; then prints how many arrived and how many it dropped.\n\n"
    "  -B BYTES  ask for a receive buffer of this size (SO_RCVBUF), 0 to 1000000000\n"
    "  -d MICROSECONDS  be slow: work this long after each datagram, 0 to 1000000 (0)\n"
    "  -p PORT   the port to bind, 0 to 65535; 0: the kernel chooses (5002)\n"
    "  -q        do not print each datagram\n"
    "  -s BYTES  keep at most this much of a datagram, 1 to 65536 (65536)\n"
    "  -v        print each system call with its result\n"
    "  -w        sleep: read what is waiting only when you press Enter\n"
    "  -h        print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5002, .buffer = SYSTEM_DEFAULT, .room = DATAGRAM_MAX};
    for (int c; (c = next_option(argc, argv, "B:d:p:s:qw", help)) != -1;) {
        if (c == 'B')
            opt.buffer = (int)number_option(c, "a size in bytes", 0, 1000000000);
        else if (c == 'd')
            opt.work = (int)number_option(c, "a time in microseconds", 0, 1000000);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (c == 's')
            opt.room = (size_t)number_option(c, "a size in bytes", 1, DATAGRAM_MAX);
        opt.quiet |= c == 'q';
        opt.asleep |= c == 'w';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

/* Returns false if there was no datagram (EAGAIN) or a signal came first (EINTR). */
static bool receive(int fd, int flags, const struct options *opt, struct ledger *ledger)
{
    struct datagram got;
    char text[DATAGRAM_TEXT_MAX], from[ENDPOINT_TEXT_MAX];
    if (receive_datagram(fd, flags, opt->room, &got) == -1) {
        if (errno != EAGAIN && errno != EINTR)
            die("recvmsg");
        return false;
    }
    enter_datagram(ledger, &got);
    if (!opt->quiet)
        say("%s, from %s", describe_datagram(&got, text), format_endpoint(&got.from, from));
    return true;
}

/* Reads what is waiting, then prints the ledger. A million at most: the sender may never stop. */
static void settle(int fd, const struct options *opt, struct ledger *ledger)
{
    char text[LEDGER_TEXT_MAX];
    for (long most = 1000000; most > 0 && receive(fd, MSG_DONTWAIT, opt, ledger); most--)
        continue;
    if (count_drops(fd, &ledger->drops) == -1)
        die("getsockopt SO_MEMINFO");
    say("%s", describe_ledger(ledger, text));
}

static void serve(int fd, const struct options *opt)
{
    struct ledger ledger = {0};
    char line[256];
    while (!stop && opt->asleep && fgets(line, sizeof line, stdin))
        settle(fd, opt, &ledger);
    while (!stop && !opt->asleep) {
        receive(fd, 0, opt, &ledger);
        if (opt->work > 0)
            usleep((useconds_t)opt->work);
    }
    settle(fd, opt, &ledger);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    struct endpoint where = resolve_or_die("127.0.0.1", opt.port);
    char text[ENDPOINT_TEXT_MAX];
    if (stop_on_signals() == -1)
        die("sigaction");

    int fd = open_receiver(&where, opt.buffer);
    if (fd == -1)
        die("bind %s", format_endpoint(&where, text));
    if (opt.buffer != SYSTEM_DEFAULT)
        say("asked for a buffer of %d bytes, got %d", opt.buffer, buffer_size(fd));
    say("bound to %s%s", local_endpoint(fd, text), opt.asleep ? ", asleep until Enter" : "");
    serve(fd, &opt);
    close(fd);
    return EXIT_SUCCESS;
}
