/* wire.c - lab 16: a cable between two interfaces
 * that loses, doubles, delays and damages on purpose.
 *
 * Shows:      what UDP and TCP make of the same bad cable. What it does is drawn from a seed, so
 *             that it does the same tomorrow. At the end (Ctrl-C) it prints its ledger.
 * Run this:   ./picture.sh loss
 * See this:   0%              0.495*    1.00*
 * Try:        scripts/netbox --line sender,middle,receiver; there `source cable.bash`, lay_cable,
 *             and `on middle ./wire -v -t &`, and `on sender ping receiver`.
 */
#include "cable.h"
#include "carry.h"
#include "clock.h"
#include "diag.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>

static const char help[] =
    "usage: wire [-bqtv] [-c N] [-d PERCENT] [-g MS] [-l PERCENT] [-m MS] [-o PERCENT] [-s SEED]\n"
    "            [-x PERCENT] [LEFT RIGHT]\n"
    "Carries frames between the interfaces LEFT and RIGHT (eth0 and eth1), both ways. Those with "
    "data that\n"
    "come from the left meet what the seed says.\n\n"
    "  -b          also those that come from the right\n"
    "  -c N        cut the cable after N frames with data\n"
    "  -d PERCENT  of them come twice\n"
    "  -g MS       between two frames on the same way, at least: a slow cable (0)\n"
    "  -l PERCENT  are lost\n"
    "  -m MS       how long a frame takes, each way (10)\n"
    "  -o PERCENT  come so late that others pass them\n"
    "  -q          do not tell what becomes of a frame\n"
    "  -s SEED     the same seed, the same fates (1)\n"
    "  -t          tell of each frame with data when it came and when it arrived\n"
    "  -x PERCENT  have one bit damaged\n"
    "  -v          print what each call returns\n"
    "  -h          print this help";

static struct wire parse_options(int argc, char *argv[])
{
    struct odds odds = {0};
    struct wire wire = {.cut = -1UL, .delay = 10000, .began = now_us()};
    bool both = false;
    uint32_t seed = 1;
    for (int c; (c = next_option(argc, argv, "bc:d:g:l:m:o:qs:tx:", help)) != -1;) {
        both |= c == 'b';
        wire.quiet |= c == 'q';
        wire.tell |= c == 't';
        if (c == 'c')
            wire.cut = (unsigned long)number_option(c, "a number of frames", 0, 1000000000);
        else if (c == 'm')
            wire.delay = 1000 * (uint64_t)number_option(c, "a number of ms", 0, 10000);
        else if (c == 'g')
            wire.gap = 1000 * (uint64_t)number_option(c, "a number of ms", 0, 10000);
        else if (c == 's')
            seed = (uint32_t)number_option(c, "a seed", 0, UINT32_MAX);
        else if (!strchr("bqt", c))
            *(c == 'd'   ? &odds.twice
              : c == 'l' ? &odds.loss
              : c == 'o' ? &odds.late
                         : &odds.damage) = (unsigned)number_option(c, "a percentage", 0, 100);
    }
    if (optind != argc && optind + 2 != argc)
        die_usage("two interfaces, or none");
    for (int end = LEFT; end <= RIGHT; end++) {
        wire.odds[end] = end == LEFT || both ? odds : (struct odds){0};
        wire.dice[end] = take_dice(seed + (uint32_t)end);
    }
    return wire;
}

/* A signal is one more thing to wait for (signalfd(2)). */
static int catch_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, 0);
}

int main(int argc, char *argv[])
{
    diag_init("wire");
    struct wire wire = parse_options(argc, argv);
    const char *names[] = {"eth0", "eth1"};
    struct pollfd fds[3] = {{.fd = catch_signals(), .events = POLLIN}};
    if (fds[0].fd == -1)
        die("signalfd");
    for (int end = LEFT; end <= RIGHT; end++) {
        if (optind < argc)
            names[end] = argv[optind + end];
        wire.fds[end] = open_end(names[end]);
        trace("open_end(%s) = %d", names[end], wire.fds[end]);
        if (wire.fds[end] == -1)
            die("open %s", names[end]);
        fds[1 + end] = (struct pollfd){.fd = wire.fds[end], .events = POLLIN};
    }
    say("a cable from %s to %s", names[LEFT], names[RIGHT]);
    while (!fds[0].revents || wire.flight.first) {
        wait_until(fds[0].revents ? NULL : fds, fds[0].revents ? 0 : 3, next_landing(&wire.flight));
        if (!fds[0].revents && (take_frames(&wire, LEFT) == -1 || take_frames(&wire, RIGHT) == -1))
            die("read a frame");
        deliver_frames(&wire);
    }
    return print_ledger(&wire) ? EXIT_SUCCESS : EXIT_FAILURE;
}
