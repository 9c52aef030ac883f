/* client.c - lab 09: many connections, and a count of what became of each.
 *
 * Shows:      who of several workers answers, and how many connections a restart loses.
 * Run this:   ./worker -n w1
 *             ./worker -n w2
 *             ./client -n 400
 * See this:   client: 400 connections, 0 lost
 * Try:        ./client -n 8 -e -f 20000, while the workers are steered by port/2.
 *             ./client -r 1000 -n 5000, while you restart one.
 */
#include "diag.h"
#include "load.h"
#include "net.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: client [-ev] [-f PORT] [-n CONNECTIONS] [-p PORT] [-r RATE] [-t SECONDS]\n"
    "Opens many connections, reads an answer from each, and counts.\n\n"
    "  -e              print what became of each\n"
    "  -f PORT         connect from this port, the next one from the next, and so on\n"
    "  -n CONNECTIONS  how many, 1 to 1000000 (100)\n"
    "  -p PORT         the server's port, 1 to 65535 (5009)\n"
    "  -r RATE         how many begin in a second, 1 to 1000000 (all at once)\n"
    "  -t SECONDS      give up if nothing happens for so long, 1 to 3600 (5)\n"
    "  -v              print what each call returns\n"
    "  -h              print this help";

static struct wish parse_options(int argc, char *argv[])
{
    struct wish wish = {.connections = 100, .patience = 5};
    long port = 5009;
    for (int c; (c = next_option(argc, argv, "ef:n:p:r:t:", help)) != -1;) {
        if (c == 'f')
            wish.from = (uint16_t)number_option(c, "a port", 1, 65535);
        else if (c == 'n')
            wish.connections = number_option(c, "a number of connections", 1, 1000000);
        else if (c == 'p')
            port = number_option(c, "a server's port", 1, 65535);
        else if (c == 'r')
            wish.rate = number_option(c, "a number of connections a second", 1, 1000000);
        else if (c == 't')
            wish.patience = number_option(c, "a time in seconds", 1, 3600);
        wish.each |= c == 'e';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    if (wish.from && wish.from + wish.connections > 65536)
        die_usage("-f %u, -n %ld: the last port is 65535", wish.from, wish.connections);
    wish.server = resolve_or_die("127.0.0.1", (uint16_t)port);
    return wish;
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct wish wish = parse_options(argc, argv);
    struct tally tally = {0};
    run_load(&wish, &tally);
    return report_tally(&tally) ? EXIT_SUCCESS : EXIT_FAILURE;
}
