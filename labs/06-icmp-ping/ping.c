/* ping.c - lab 06: sends echo requests, and prints what comes back and how long it took.
 *
 * Shows:      the packets below TCP and UDP; that a raw socket receives more than your own answers;
 *             what a router says about a packet that it cannot deliver.
 * Run this:   ../../scripts/netbox -- ./ping -v -c 1 127.0.0.1
 * See this:   ping: 64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.031 ms
 * Try:        -s 0 and look at total= and data=; ./server -m wrong-id as the other side; -t 1 with
 *             routers on the way (the README's "Run it" makes some).
 */
#include "diag.h"
#include "incoming.h"
#include "io.h"
#include "report.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FLOOD_INTERVAL = SECOND / 100, FASTEST = SECOND / 500 }; /* nanoseconds */

/* One run of ping. */
struct pinger {
    struct options opt;
    struct ping_socket socket;
    struct stats stats;
    struct packet packet;      /* the one received last */
    uint8_t probe[PACKET_MAX]; /* the one to send next */
    int64_t next, deadline;    /* by steady_clock(): of the next probe, of the last answer */
    bool answered;             /* something came back since the last probe */
};

/* Takes the packets that are waiting. Once the answer is there, it does not ask for more, because
 * that call would find nothing: poll(2) reports what comes later. */
static void take_packets(struct pinger *p)
{
    while (receive_packet(&p->socket, &p->packet)) {
        if (take_packet(&p->packet, &p->socket, &p->opt, &p->stats))
            p->answered = true;
        if (p->answered && (p->opt.flood || all_settled(&p->stats)))
            break;
    }
}

static void send_next(struct pinger *p, int64_t now)
{
    uint16_t seq = (uint16_t)(p->stats.sent + 1);
    unsigned type = request_type(p->socket.form);
    size_t len = build_echo(p->probe, type, p->socket.id, seq, p->probe + ECHO_HEADER_LEN,
                            (size_t)p->opt.size);
    p->answered = false;
    count_sent(&p->stats, seq, wall_clock());
    int result = send_probe(&p->socket, &p->opt.to, p->probe, len);
    if (result == -1 && !p->socket.raw) { /* an earlier probe's error: read it, then send again */
        take_packets(p);
        result = send_probe(&p->socket, &p->opt.to, p->probe, len);
    }
    if (result == -1) {
        count_unsent(&p->stats, seq);
        say("icmp_seq=%u not sent: %s [%s]", seq, strerror(errno), errno_name(errno));
    }
    p->next = p->opt.flood ? now + FLOOD_INTERVAL : p->next + p->opt.interval;
    if (p->next < now)
        p->next = now; /* we were not scheduled for a while: do not catch up */
    p->deadline = now + p->opt.patience;
}

/* Sends each probe when it is due, takes what comes, and sleeps in between. */
static void run(struct pinger *p)
{
    struct pollfd fds = {.fd = p->socket.fd, .events = POLLIN};
    while (!stop) {
        int64_t now = steady_clock();
        bool more = p->opt.count == 0 || p->stats.sent < p->opt.count;
        if (more && (now >= p->next || (p->opt.flood && p->answered))) {
            send_next(p, now);
        } else if (!more && (all_settled(&p->stats) || now >= p->deadline)) {
            break;
        } else {
            int64_t left = (more ? p->next : p->deadline) - now;
            struct timespec time = {.tv_sec = left / SECOND, .tv_nsec = left % SECOND};
            if (ppoll(&fds, 1, &time, NULL) <= 0)
                continue;
        }
        take_packets(p);
    }
}

int main(int argc, char *argv[])
{
    static struct pinger p; /* too large for the stack */
    diag_init("ping");
    p.opt = parse_options(argc, argv);
    p.socket = open_ping_socket(p.opt.to.addr.ss_family, p.opt.id, p.opt.ttl);
    if ((p.opt.flood || p.opt.interval < FASTEST) && !p.socket.raw)
        die_usage("more than 500 probes a second need a raw socket");
    if (!p.opt.flood)
        ask_for_timestamps(&p.socket);
    if (stop_on_signals() == -1)
        give_up("sigaction");
    for (long i = 0; i < p.opt.size; i++)
        p.probe[ECHO_HEADER_LEN + i] = (uint8_t)i;

    report_start(&p.opt, &p.socket);
    int64_t begin = p.next = steady_clock();
    run(&p);
    report_end(&p.opt, &p.stats, steady_clock() - begin);
    return p.stats.received > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
