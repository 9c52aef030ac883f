/* ping.c - lab 06: sends echo requests, and tells what comes back, and how long it took.
 *
 * Shows:      that below TCP and UDP there are packets; that one has to tell one's own answers from
 *             all others; what routers say about a packet that they do not deliver.
 * Run this:   ./ping -v -c 1 127.0.0.1          inside: scripts/netbox -- bash
 * See this:   ping: 64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 time=0.031 ms
 * Try:        -t 1; an address of which nobody knows; ./server -m wrong-id as the other side.
 *
 * net.c has the socket, icmp.c what is in a packet, stats.c the arithmetic, report.c the words.
 */
#include "addr.h"
#include "diag.h"
#include "host.h"
#include "icmp.h"
#include "io.h"
#include "net.h"
#include "options.h"
#include "report.h"
#include "stats.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FLOOD_INTERVAL = SECOND / 100, FASTEST = SECOND / 500 }; /* nanoseconds */

/* All that a run of ping knows. */
struct pinger {
    struct options opt;
    struct echo_socket socket;
    struct endpoint to;
    struct stats stats;
    struct packet packet;      /* the one received last */
    uint8_t probe[PACKET_MAX]; /* the one to send next */
    int64_t next, deadline;    /* when it goes, when the last answer is due (steady) */
    bool answered;             /* since the last probe went */
};

/* How many probes have got what they will get: an answer, or somebody's regret. */
static bool all_accounted_for(const struct stats *s)
{
    return s->received + s->errors >= s->sent;
}

static void take_reply(struct pinger *p, const struct icmp_message *m)
{
    double ms = 0;
    unsigned ttl = m->has_ip ? m->ip.ttl : p->packet.ttl;
    if (m->data_len != (size_t)p->opt.size) { /* "the data must be returned" (RFC 792) */
        p->stats.truncated++;
        if (!p->opt.quiet)
            report_short(&p->packet, m, (size_t)p->opt.size);
        return;
    }
    p->answered = true;
    enum answer answer = count_answer(&p->stats, (uint16_t)m->seq, p->packet.at, &ms);
    if (answer == NEVER_SENT)
        trace("icmp_seq=%u was never sent", m->seq);
    else if (!p->opt.quiet)
        report_reply(&p->packet, m, ttl, ms, answer == DUPLICATE);
}

/* What came is somebody's packet; whose, and whether it is sound, the parser says. */
static void take_packet(struct pinger *p)
{
    struct stats *s = &p->stats;
    struct icmp_message m = parse_icmp(p->packet.data, p->packet.len, p->socket.form, p->socket.id);
    trace_headers(&m, p->socket.form);
    if (p->packet.is_error || m.verdict == EXPIRED || m.verdict == UNREACHABLE) {
        s->errors++;
        p->answered = true;
        if (!p->opt.quiet)
            report_error(&p->packet, &m, p->socket.form);
    } else if (m.verdict == REPLY) {
        take_reply(p, &m);
    } else if (m.verdict == TRUNCATED || m.verdict == BAD_CHECKSUM) {
        *(m.verdict == TRUNCATED ? &s->truncated : &s->corrupted) += 1;
        if (!p->opt.quiet)
            report_damage(&p->packet, &m);
    } else if (m.verdict != OWN_REQUEST) {
        s->foreign++; /* another's: a raw socket hears everything */
    }
}

/* Takes what is there; but once we have what we wait for, asking whether there is more would be a
 * system call for nothing: poll(2) will say so. */
static void take_packets(struct pinger *p)
{
    while (receive_packet(&p->socket, &p->packet)) {
        take_packet(p);
        if (p->answered && (p->opt.flood || all_accounted_for(&p->stats)))
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
    int result = send_probe(&p->socket, &p->to, p->probe, len);
    if (result == -1 && !p->socket.raw) { /* the error of an earlier probe: take it, try again */
        take_packets(p);
        result = send_probe(&p->socket, &p->to, p->probe, len);
    }
    if (result == -1) {
        p->stats.errors++;
        say("icmp_seq=%u not sent: %s [%s]", seq, strerror(errno), errno_name(errno));
    }
    p->next = p->opt.flood ? now + FLOOD_INTERVAL : p->next + p->opt.interval;
    if (p->next < now)
        p->next = now; /* we were not scheduled for a while: do not catch up */
    p->deadline = now + p->opt.patience;
}

/* Sends when it is time, receives meanwhile, and sleeps in between. */
static void run(struct pinger *p)
{
    struct pollfd fds = {.fd = p->socket.fd, .events = POLLIN};
    while (!stop) {
        int64_t now = steady_clock();
        bool more = p->opt.count == 0 || p->stats.sent < p->opt.count;
        bool settled = all_accounted_for(&p->stats);
        if (more && (now >= p->next || (p->opt.flood && p->answered))) {
            send_next(p, now);
        } else if (!more && (settled || now >= p->deadline)) {
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
    int error = resolve(p.opt.host, 0, &p.to);
    if (error != 0) {
        fprintf(stderr, "ping: cannot find host '%s': %s\n", p.opt.host, gai_strerror(error));
        return 2;
    }
    open_echo_socket(&p.socket, p.to.addr.ss_family, p.opt.id, p.opt.ttl);
    if ((p.opt.flood || p.opt.interval < FASTEST) && !p.socket.raw)
        die_usage("more than 500 probes a second need a raw socket");
    if (!p.opt.flood)
        ask_for_timestamps(&p.socket);
    if (stop_on_signals() == -1)
        give_up("sigaction");
    for (long i = 0; i < p.opt.size; i++)
        p.probe[ECHO_HEADER_LEN + i] = (uint8_t)i;

    char text[STATS_TEXT_MAX], address[ENDPOINT_TEXT_MAX];
    say("%s (%s), %ld bytes of data, by %s, id %u", p.opt.host, format_host(&p.to, address),
        p.opt.size, p.socket.raw ? "SOCK_RAW" : "SOCK_DGRAM", p.socket.id);
    int64_t begin = p.next = steady_clock();
    run(&p);
    say("--- %s statistics ---", p.opt.host);
    double elapsed = (double)(steady_clock() - begin) / 1e6;
    say("%s", format_counts(&p.stats, elapsed, text));
    if (p.stats.received > 0)
        say("%s", format_times(&p.stats, text));
    return p.stats.received > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
