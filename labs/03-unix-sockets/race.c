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

enum { PAIRS = 7 };

static const char help[] = "usage: race [-v] [-n ROUNDS] [-b BYTES]\n"
                           "Plays ping-pong over AF_UNIX and over TCP, in turns.\n\n"
                           "  -n ROUNDS  round trips in each run, 1 to 1000000 (5000)\n"
                           "  -b BYTES   the size of a message, 1 to 65536 (64)\n"
                           "  -v         print the ratio of each pair of runs\n"
                           "  -h         this help";

/* Sends and receives, `rounds` times. The child answers, so it begins with receiving. */
static void play(int fd, bool begins, long rounds, size_t len)
{
    static char message[65536];
    for (long i = 0; i < rounds; i++)
        if ((begins && send_all(fd, message, len) == -1) ||
            recv_exact(fd, message, len) != (ssize_t)len ||
            (!begins && send_all(fd, message, len) == -1))
            die("round trip %ld", i);
}

/* One run. Returns its seconds, and in *packets what lo carried meanwhile. */
static double run(bool tcp, long rounds, size_t len, long *packets)
{
    int ends[2];
    struct timespec start, end;
    *packets = loopback_packets();
    if (connected_pair(tcp, ends) == -1)
        die("a connection to ourselves");
    pid_t child = fork();
    if (child == -1)
        die("fork");
    close(ends[child == 0 ? 0 : 1]);
    if (child == 0) {
        play(ends[1], false, rounds, len);
        _exit(EXIT_SUCCESS);
    }
    clock_gettime(CLOCK_MONOTONIC, &start);
    play(ends[0], true, rounds, len);
    clock_gettime(CLOCK_MONOTONIC, &end);
    close(ends[0]);
    waitpid(child, NULL, 0);
    *packets = loopback_packets() - *packets;
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
            bytes = number_option(c, "a size in bytes", 1, 65536);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);

    double ratios[PAIRS];
    for (int i = 0; i < PAIRS; i++) { /* in turns, so that a busy moment meets both */
        double by_unix = run(false, rounds, (size_t)bytes, &unix_packets);
        ratios[i] = run(true, rounds, (size_t)bytes, &tcp_packets) / by_unix;
        trace("pair %d: ratio %.2f", i + 1, ratios[i]);
    }
    qsort(ratios, PAIRS, sizeof ratios[0], by_size);
    say("AF_UNIX: %ld packets a round trip on lo", unix_packets / rounds);
    say("TCP:     %ld packets a round trip on lo", tcp_packets / rounds);
    say("TCP takes %.2f* times as long (median of %d pairs, %.2f* to %.2f*)", ratios[PAIRS / 2],
        PAIRS, ratios[0], ratios[PAIRS - 1]);
    return EXIT_SUCCESS;
}
