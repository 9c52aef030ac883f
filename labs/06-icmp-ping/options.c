/* options.c - reads the command line of ping; options.h says what becomes of it. */
#include "options.h"

#include "diag.h"
#include "icmp.h"

#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: ping [-fqv] [-c COUNT] [-e ID] [-i SECONDS] [-s BYTES] [-t TTL] [-W SECONDS] HOST\n"
    "Sends ICMP echo requests to HOST, a name, an IPv4 or IPv6 address.\n\n"
    "  -c COUNT    stop after COUNT probes, 1 to 1000000000 (until interrupted)\n"
    "  -e ID       the identifier in each probe, 1 to 65535 (made from the process id)\n"
    "  -f          flood: send the next probe when an answer comes, or after 0.01 s; implies -q\n"
    "  -i SECONDS  time between probes, 0 to 3600; 0 is -f, below 0.002 needs a raw socket (1)\n"
    "  -q          print only the statistics\n"
    "  -s BYTES    data in each probe, 0 to 65507 (56)\n"
    "  -t TTL      how many hops a probe may travel, 1 to 255 (the system's default)\n"
    "  -W SECONDS  how long to wait for the last answer, 0 to 3600 (1)\n"
    "  -v          print each system call with its result, and each header field by field\n"
    "  -h          print this help\n\n"
    "Exit status: 0 an answer came, 1 none came, 2 anything else.";

/* A time like 0.2, in nanoseconds. */
static int64_t parse_seconds(int option)
{
    char *end;
    double seconds = strtod(optarg, &end);
    if (end == optarg || *end != '\0' || !(seconds >= 0 && seconds <= 3600))
        die_usage("-%c '%s': a time is a number of seconds from 0 to 3600", option, optarg);
    return (int64_t)(seconds * SECOND);
}

struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.size = 56, .interval = SECOND, .patience = SECOND};
    for (int c; (c = next_option(argc, argv, "c:e:fi:qs:t:W:", help)) != -1;) {
        if (c == 'c')
            opt.count = number_option(c, "a count", 1, 1000000000);
        else if (c == 'e')
            opt.id = (unsigned)number_option(c, "an identifier", 1, 65535);
        else if (c == 's')
            opt.size = number_option(c, "a size", 0, PACKET_MAX - IP_HEADER_MIN - ECHO_HEADER_LEN);
        else if (c == 't')
            opt.ttl = (unsigned)number_option(c, "a time to live", 1, 255);
        else if (c == 'i')
            opt.interval = parse_seconds(c);
        else if (c == 'W')
            opt.patience = parse_seconds(c);
        opt.quiet |= c == 'q';
        opt.flood |= c == 'f';
    }
    opt.flood |= opt.interval == 0;
    opt.quiet |= opt.flood;
    if (optind + 1 != argc)
        die_usage(optind == argc ? "name a host to ping" : "one host at a time");
    opt.host = argv[optind];
    int error = resolve(opt.host, 0, &opt.to);
    if (error != 0)
        die_usage("cannot find host '%s': %s", opt.host, gai_strerror(error));
    return opt;
}
