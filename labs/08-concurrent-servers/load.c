/* load.c - lab 08: many clients, good ones and bad ones, and how many of them are served.
 *
 * Shows:      who waits for whom: 20 quick clients, and before
 *             them silent ones, ones that never read, slow ones.
 * Run this:   ./poll
 *             ./load -s 8
 * See this:   load: 20 of 20 clients served
 * Try:        -c 64 -n 100000: how many round trips a second?
 *             The first line again, with ./iterative or ./pool
 */
#include "crowd.h"
#include "diag.h"
#include "io.h"
#include "limit.h"
#include "trips.h"

#include "net.h"

#include <stdlib.h>
#include <unistd.h>

struct options {
    uint16_t port;
    size_t silent, floods, drips;
    bool keep;
    struct trips trips;
};

static const char help[] =
    "usage: load [-kv] [-b BYTES] [-c CLIENTS] [-d SLOW] [-f FLOODS] [-n TRIPS] [-p PORT] [-s "
    "SILENT]\n"
    "            [-t MILLISECONDS]\n"
    "Connects bad clients first, and then quick ones that send a message and read it back.\n\n"
    "  -b BYTES         bytes of a message, 1 to 1024 (64)\n"
    "  -c CLIENTS       how many quick clients, 0 to 100000 (20)\n"
    "  -d SLOW          so many that send a byte each 20 ms, for half a second, 0 to 100 (0)\n"
    "  -f FLOODS        so many that send, and never read, 0 to 100 (0)\n"
    "  -k               keep all bad clients connected until standard input ends\n"
    "  -n TRIPS         round trips, of all quick clients together (one each)\n"
    "  -p PORT          the server's port, 1 to 65535 (5008)\n"
    "  -s SILENT        so many that connect, and say nothing, 0 to 100000 (0)\n"
    "  -t MILLISECONDS  the patience of the quick ones, 1 to 600000 (300)\n"
    "  -v               print each connect with its result\n"
    "  -h               print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5008, .trips = {.clients = 20, .bytes = 64, .patience = 300}};
    for (int c; (c = next_option(argc, argv, "b:c:d:f:kn:p:s:t:", help)) != -1;) {
        if (c == 'b')
            opt.trips.bytes = (size_t)number_option(c, "a number of bytes", 1, MESSAGE_MAX);
        else if (c == 'c')
            opt.trips.clients = (size_t)number_option(c, "a number of clients", 0, 100000);
        else if (c == 'd')
            opt.drips = (size_t)number_option(c, "a number of clients", 0, 100);
        else if (c == 'f')
            opt.floods = (size_t)number_option(c, "a number of clients", 0, 100);
        else if (c == 'n')
            opt.trips.wanted = (size_t)number_option(c, "a number of round trips", 1, 1000000000);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        else if (c == 's')
            opt.silent = (size_t)number_option(c, "a number of clients", 0, 100000);
        else if (c == 't')
            opt.trips.patience = number_option(c, "a time in milliseconds", 1, 600000);
        opt.keep |= c == 'k';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static void report(const struct trips *t)
{
    say("%zu of %zu clients served", t->served, t->clients);
    if (t->wanted > t->clients && t->seconds > 0)
        say("%zu round trips, %.0f* a second", t->done, (double)t->done / t->seconds);
}

int main(int argc, char *argv[])
{
    diag_init("load");
    struct options opt = parse_options(argc, argv);
    struct endpoint server = resolve_or_die("127.0.0.1", opt.port);
    char byte;
    if (raise_descriptor_limit() == -1)
        die("setrlimit");
    if (stop_on_signals() == -1)
        die("sigaction");
    if (opt.silent > 0)
        add_silent(&server, opt.silent, opt.trips.patience);
    add_floods(&server, opt.floods, opt.trips.patience);
    add_drips(&server, opt.drips, opt.trips.patience);
    if (opt.trips.clients > 0) {
        make_trips(&opt.trips, &server);
        report(&opt.trips);
    }
    while (opt.keep && read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    return EXIT_SUCCESS;
}
