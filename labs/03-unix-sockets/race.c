/* race.c - lab 03: the same round trips over a Unix socket and over TCP on the loopback.
 *
 * Shows:      nothing of a Unix socket is on any network; what TCP costs inside one machine.
 * Run this:   ./race
 * See this:   race: AF_UNIX: 0 packets a round trip on lo
 * Try:        -b 65536, where copying counts for more; ip -s link show lo before and after.
 */
#include "diag.h"
#include "io.h"
#include "pairs.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAIRS = 7, MESSAGE_MAX = 65536 };

static const char help[] = "usage: race [-v] [-n ROUNDS] [-b BYTES]\n"
                           "Plays ping-pong over AF_UNIX and over TCP, in turns.\n\n"
                           "  -n ROUNDS  round trips in each run, 1 to 1000000 (5000)\n"
                           "  -b BYTES   the size of a message, 1 to 65536 (64)\n"
                           "  -v         print each call that makes the TCP pair, and each ratio\n"
                           "  -h         this help";

/* Makes a connection to a child that sends back what comes, in messages of `len` bytes. Returns our
 * end of it. */
static int start_partner(bool tcp, size_t len)
{
    static char message[MESSAGE_MAX];
    int ends[2];
    if (connected_pair(tcp, ends) == -1)
        die("a pair of sockets");
    pid_t child = fork();
    if (child == -1)
        die("fork");
    close(ends[child == 0 ? 0 : 1]);
    if (child != 0)
        return ends[0];
    while (recv_exact(ends[1], message, len) == (ssize_t)len)
        if (send_all(ends[1], message, len) == -1)
            break;
    _exit(EXIT_SUCCESS);
}

/* One run. Returns its seconds, and in *packets what lo carried meanwhile. */
static double run(int fd, long rounds, size_t len, long *packets)
{
    static char message[MESSAGE_MAX];
    struct timespec start, end;
    long before = loopback_packets();
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (long i = 1; i <= rounds; i++)
        if (send_all(fd, message, len) == -1 || recv_exact(fd, message, len) != (ssize_t)len)
            die("round trip %ld", i);
    clock_gettime(CLOCK_MONOTONIC, &end);
    *packets = loopback_packets() - before;
    return (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char *argv[])
{
    diag_init("race");
    long rounds = 5000, bytes = 64, unix_packets = 0, tcp_packets = 0;
    for (int c; (c = next_option(argc, argv, "n:b:", help)) != -1;) {
        if (c == 'n')
            rounds = number_option(c, "a number of round trips", 1, 1000000);
        else
            bytes = number_option(c, "a size in bytes", 1, MESSAGE_MAX);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);

    int unix_fd = start_partner(false, (size_t)bytes), tcp_fd = start_partner(true, (size_t)bytes);
    double ratios[PAIRS];
    for (int i = 0; i < PAIRS; i++) { /* in turns, so that a busy moment meets both */
        double by_unix = run(unix_fd, rounds, (size_t)bytes, &unix_packets);
        ratios[i] = run(tcp_fd, rounds, (size_t)bytes, &tcp_packets) / by_unix;
        trace("pair %d: ratio %.2f", i + 1, ratios[i]);
    }
    qsort(ratios, PAIRS, sizeof ratios[0], by_size);
    say("AF_UNIX: %ld packets a round trip on lo", unix_packets / rounds);
    say("TCP:     %ld packets a round trip on lo", tcp_packets / rounds);
    say("TCP takes %.2f* times as long (median of %d pairs, %.2f* to %.2f*)", ratios[PAIRS / 2],
        PAIRS, ratios[0], ratios[PAIRS - 1]);
    return EXIT_SUCCESS;
}
