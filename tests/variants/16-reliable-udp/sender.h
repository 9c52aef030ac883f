/* sender.h - what the right senders of this folder share: the command line, the window, the
 * time-out. How they wait, read the file and measure is their own. */
#ifndef SENDER_H
#define SENDER_H

#include "diag.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEADER_LEN = 4, DATA_LEN = 1000 };

struct sender {
    int fd, file_fd, timeouts;
    uint16_t first;
    uint32_t packets, window, base, next, most;
    double rto, srtt, rttvar, since; /* ms */
    uint32_t timed;
};

static inline double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline struct sender begin(int argc, char *argv[])
{
    const char *host = "127.0.0.1";
    uint16_t port = 5016;
    struct sender s = {.window = 1, .since = -1, .rto = 500};
    diag_init("sender");
    for (int c; (c = next_option(argc, argv, "b:i:p:w:", "usage: sender FILE")) != -1;) {
        if (c == 'b')
            host = optarg;
        else if (c == 'i')
            s.first = (uint16_t)number_option(c, "a packet's number", 0, 65535);
        else if (c == 'p')
            port = (uint16_t)number_option(c, "a port", 1, 65535);
        else
            s.window = (uint32_t)number_option(c, "a window", 1, 1000);
    }
    if (optind + 1 != argc)
        die_usage("which file?");
    struct stat status;
    s.file_fd = open(argv[optind], O_RDONLY);
    if (s.file_fd == -1 || fstat(s.file_fd, &status) == -1)
        die("open %s", argv[optind]);
    s.packets = (uint32_t)((status.st_size + DATA_LEN - 1) / DATA_LEN) + 1;
    struct endpoint to = resolve_or_die(host, port);
    s.fd = socket(to.addr.ss_family, SOCK_DGRAM, 0);
    if (s.fd == -1 || connect(s.fd, (struct sockaddr *)&to.addr, to.len) == -1)
        die("connect");
    return s;
}

/* The header of the packet that is next, and a note of when it was sent for the first time. */
static inline void head(struct sender *s, unsigned char header[HEADER_LEN])
{
    uint16_t number = (uint16_t)(s->first + s->next);
    header[0] = s->next + 1 == s->packets ? 'E' : 'D';
    header[1] = '#';
    header[2] = (unsigned char)(number >> 8);
    header[3] = (unsigned char)number;
    if (s->next == s->most && s->since < 0) {
        s->timed = s->next;
        s->since = now_ms();
    }
    if (s->most < ++s->next)
        s->most = s->next;
}

static inline bool may_send(const struct sender *s)
{
    return s->next < s->packets && s->next < s->base + s->window;
}

static inline void fill(struct sender *s)
{
    while (may_send(s)) {
        unsigned char packet[HEADER_LEN + DATA_LEN];
        ssize_t len = pread(s->file_fd, packet + HEADER_LEN, DATA_LEN, (off_t)s->next * DATA_LEN);
        if (len == -1)
            die("read");
        head(s, packet);
        if (send(s->fd, packet, HEADER_LEN + (size_t)len, 0) == -1)
            die("send");
    }
}

static inline void set_rto(struct sender *s)
{
    s->rto = s->srtt > 0 ? s->srtt + 4 * s->rttvar : 500;
    if (s->rto < 100)
        s->rto = 100;
}

static inline void measured(struct sender *s, double rtt)
{
    double off = s->srtt > rtt ? s->srtt - rtt : rtt - s->srtt;
    s->rttvar = s->srtt > 0 ? s->rttvar * 3 / 4 + off / 4 : rtt / 2;
    s->srtt = s->srtt > 0 ? s->srtt * 7 / 8 + rtt / 8 : rtt;
}

/* True if this datagram acknowledges something new. */
static inline bool take(struct sender *s, const unsigned char *ack, ssize_t n)
{
    if (n != HEADER_LEN || ack[0] != 'A' || ack[1] != '#')
        return false;
    uint16_t ahead = (uint16_t)((ack[2] << 8 | ack[3]) - s->first - (int)s->base);
    if (ahead == 0 || ahead > s->most - s->base)
        return false;
    s->base += ahead;
    if (s->next < s->base)
        s->next = s->base;
    if (s->since >= 0 && s->timed < s->base) {
        measured(s, now_ms() - s->since);
        s->since = -1;
    }
    set_rto(s);
    s->timeouts = 0;
    return true;
}

static inline void timed_out(struct sender *s)
{
    if (++s->timeouts == 4) {
        errno = ETIMEDOUT;
        die("no acknowledgement");
    }
    s->next = s->base;
    s->since = -1;
    s->rto *= 2;
}

static inline bool done(const struct sender *s)
{
    return s->base == s->packets;
}

#endif
