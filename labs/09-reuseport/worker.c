/* worker.c - lab 09: one of several processes that listen on one port, each by a socket of its own.
 *
 * Shows:      how the kernel divides clients between sockets, how a program
 *             steers them (-s), and what becomes of the clients in a
 *             worker's queue when it stops: with -d, and handed on (-o, -i).
 * Run this:   ./worker -n w1
 *             ./worker -n w2
 *             ./client
 * See this:   client: w1 answered 47*
 * Try:        a third worker with -x. Then kill -9 one worker while ./client -n 20000 runs.
 */
#include "diag.h"
#include "handover.h"
#include "listener.h"
#include "net.h"
#include "serve.h"
#include "steer.h"
#include "tally.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    uint16_t port;
    const char *name, *give, *take, *steer;
    struct rule rule;
    bool alone, drain, look;
};

static const char help[] =
    "usage: worker [-dlvx] [-i PATH] [-n NAME] [-o PATH] [-p PORT] [-s RULE]\n"
    "Answers each client with its name. Others like it may listen on the same port.\n\n"
    "  -d       at the end (SIGTERM), first answer all clients that wait in the queue\n"
    "  -i PATH  open no socket: take that of the worker that has this -o PATH\n"
    "  -l       at the end, stop (SIGSTOP) before the socket is closed, so that you can look\n"
    "  -n NAME  what it answers, up to 15 bytes (w)\n"
    "  -o PATH  hand the socket on to whoever asks at this path, and end\n"
    "  -p PORT  the port to share; 0: the kernel chooses (5009)\n"
    "  -s RULE  which socket gets a client: 2 (always that one), cpu/4, port/4 or data/4\n"
    "  -x       share with nobody: SO_REUSEADDR in the place of SO_REUSEPORT\n"
    "  -v       print what each call returns\n"
    "  -h       print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5009, .name = "w"};
    for (int c; (c = next_option(argc, argv, "di:ln:o:p:s:x", help)) != -1;) {
        if (c == 'i')
            opt.take = optarg;
        else if (c == 'n')
            opt.name = optarg;
        else if (c == 'o')
            opt.give = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (c == 's' && !parse_rule(opt.steer = optarg, &opt.rule))
            die_usage("-s '%s': a rule is a number, cpu/N, port/N or data/N", optarg);
        opt.drain |= c == 'd';
        opt.look |= c == 'l';
        opt.alone |= c == 'x';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    if (!check_name(opt.name))
        die_usage("-n '%s': a name has 1 to %d bytes and no blank", opt.name, NAME_LONGEST);
    return opt;
}

static int get_listener(const struct options *opt)
{
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint where = resolve_or_die("127.0.0.1", opt->port);
    int fd = opt->take
                 ? inherit(opt->take)
                 : open_listener(&where, SOCK_STREAM, opt->alone ? SO_REUSEADDR : SO_REUSEPORT);
    if (fd == -1 && opt->take)
        die("take a socket from %s", opt->take);
    if (fd == -1)
        die("listen on %s", format_endpoint(&where, text));
    if (opt->steer && steer(fd, &opt->rule) == -1)
        die("steer by %s", opt->steer);
    return fd;
}

int main(int argc, char *argv[])
{
    diag_init("worker");
    struct options opt = parse_options(argc, argv);
    char text[ENDPOINT_TEXT_MAX];
    int signal_fd = catch_signals(); /* first: once it listens, somebody may ask it to stop */
    if (signal_fd == -1)
        die("signalfd");
    int listen_fd = get_listener(&opt), heir_fd = -1;
    if (opt.give && (heir_fd = await_heir(opt.give)) == -1)
        die("wait at %s", opt.give);
    say("%s listening on %s", opt.name, local_endpoint(listen_fd, text));
    if (serve_clients(listen_fd, signal_fd, heir_fd, opt.name) == -1)
        die("serve");
    while (opt.drain && answer_next(listen_fd, opt.name))
        continue;
    if (opt.look) {
        say("%s stops itself before it closes", opt.name);
        raise(SIGSTOP);
    }
    close(listen_fd);
    say("%s closed its socket", opt.name);
    return EXIT_SUCCESS;
}
