/* sender.c - the sender: all of a file arrives, over a cable that loses.
 *
 * Go-back-N with a time-out that adapts, RFC 6298. Packets are counted from 0 here, in 32 bits;
 * only on the wire a number has 16 bits, and begins with that of -i.
 */
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEADER_LEN = 4, DATA_LEN = 1000, FIRST_RTO = 500, LEAST_RTO = 100, TIMEOUTS_MOST = 4 };

struct sender {
    int fd, file_fd;
    uint16_t first;
    uint32_t packets, window;
    uint32_t base, next, most; /* not acknowledged yet; to be sent next; never sent yet */
    double rto, srtt, rttvar;  /* in ms; srtt is 0 as long as nothing has been measured */
    uint32_t timed;            /* the packet whose round trip is being measured */
    double since;              /* when it was sent, or -1 if none is */
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* RFC 6298, section 2. */
static void measured(struct sender *s, double rtt)
{
    double off = s->srtt > rtt ? s->srtt - rtt : rtt - s->srtt;
    s->rttvar = s->srtt > 0 ? s->rttvar * 3 / 4 + off / 4 : rtt / 2;
    s->srtt = s->srtt > 0 ? s->srtt * 7 / 8 + rtt / 8 : rtt;
}

static void set_rto(struct sender *s)
{
    s->rto = s->srtt > 0 ? s->srtt + 4 * s->rttvar : (double)FIRST_RTO;
    if (s->rto < (double)LEAST_RTO)
        s->rto = LEAST_RTO;
}

static void send_next(struct sender *s)
{
    unsigned char packet[HEADER_LEN + DATA_LEN] = {s->next + 1 == s->packets ? 'E' : 'D', '#'};
    uint16_t number = (uint16_t)(s->first + s->next);
    packet[2] = (unsigned char)(number >> 8);
    packet[3] = (unsigned char)number;
    ssize_t len = pread(s->file_fd, packet + HEADER_LEN, DATA_LEN, (off_t)s->next * DATA_LEN);
    if (len == -1)
        die("read");
    if (s->next == s->most && s->since < 0) { /* never one that is sent again: Karn's rule */
        s->timed = s->next;
        s->since = now_ms();
    }
    if (send(s->fd, packet, HEADER_LEN + (size_t)len, 0) == -1)
        die("send");
    s->next++;
    if (s->most < s->next)
        s->most = s->next;
}

/* Takes what has come. Returns true if it acknowledges something new. */
static bool take_ack(struct sender *s)
{
    unsigned char ack[HEADER_LEN + 1];
    ssize_t n = recv(s->fd, ack, sizeof ack, 0);
    if (n == -1)
        die("receive");
    if (n != HEADER_LEN || ack[0] != 'A' || ack[1] != '#')
        return false;
    uint16_t number = (uint16_t)(ack[2] << 8 | ack[3]);
    uint16_t ahead = (uint16_t)(number - (uint16_t)(s->first + s->base));
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
    return true;
}

/* Waits for that until the time is over. */
static bool await_progress(struct sender *s)
{
    double until = now_ms() + s->rto;
    for (double left; (left = until - now_ms()) > 0;)
        if (poll(&(struct pollfd){.fd = s->fd, .events = POLLIN}, 1, (int)left + 1) > 0 &&
            take_ack(s))
            return true;
    return false;
}

static void send_file(struct sender *s)
{
    set_rto(s);
    for (int timeouts = 0; s->base < s->packets;) {
        while (s->next < s->packets && s->next < s->base + s->window)
            send_next(s);
        if (await_progress(s)) {
            timeouts = 0;
            continue;
        }
        if (++timeouts == TIMEOUTS_MOST) {
            errno = ETIMEDOUT;
            die("no acknowledgement");
        }
        s->next = s->base;
        s->since = -1;
        s->rto *= 2;
    }
}

static const char help[] =
    "usage: sender [-v] [-b HOST] [-i NUMBER] [-p PORT] [-w WINDOW] FILE\n"
    "Sends FILE to the receiver, in numbered packets, until all are acknowledged.\n\n"
    "  -b HOST    where the receiver is (127.0.0.1)\n"
    "  -i NUMBER  of the first packet (0)\n"
    "  -p PORT    the receiver's port (5016)\n"
    "  -w WINDOW  how many packets may be under way (1)";

int main(int argc, char *argv[])
{
    diag_init("sender");
    const char *host = "127.0.0.1";
    uint16_t port = 5016;
    struct sender s = {.window = 1, .since = -1};
    for (int c; (c = next_option(argc, argv, "b:i:p:w:", help)) != -1;) {
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
    send_file(&s);
    return EXIT_SUCCESS;
}
