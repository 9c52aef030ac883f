/* server.c - a model solution: the gap report. */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Numbers are extended to 64 bits, so they neither wrap nor get mixed up: after 65535 comes 65536,
 * which travels as 0. seen[] is a window of the last 65536 of them. */
struct report {
    struct sockaddr_in sender; /* port 0 before the first numbered datagram */
    int64_t lowest, highest;
    long long received, duplicated, reordered, foreign, garbage;
    bool seen[65536];
};

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Receives numbered datagrams, and reports the gaps when it is asked.";

static int open_receiver(uint16_t port)
{
    struct sockaddr_in where = {.sin_family = AF_INET};
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd == -1)
        die("socket");
    if (bind(fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind port %u", port);
    return fd;
}

/* Of all numbers with the low 16 bits `number`, the nearest to `near` (RFC 1982, RFC 3550 A.1). */
static int64_t extend(int64_t near, uint16_t number)
{
    return near + (int16_t)(number - (uint16_t)near);
}

static void note_number(struct report *r, uint16_t number)
{
    if (r->received == 0)
        r->lowest = r->highest = 65536 + number;
    int64_t n = extend(r->highest, number);
    for (int64_t skipped = r->highest + 1; skipped <= n; skipped++)
        r->seen[skipped % 65536] = false; /* it belonged to the cycle before */
    if (r->seen[n % 65536]) {
        r->duplicated++;
        return;
    }
    r->seen[n % 65536] = true;
    r->received++;
    if (n < r->highest)
        r->reordered++;
    else
        r->highest = n;
    if (n < r->lowest)
        r->lowest = n;
}

static void answer(int fd, const struct report *r, uint16_t next)
{
    char text[256];
    int64_t end = extend(r->highest + 1, next); /* no later number shows the last losses */
    if (end <= r->highest)
        end = r->highest + 1;
    int len = snprintf(text, sizeof text,
                       "received %lld lost %lld duplicated %lld reordered %lld foreign %lld "
                       "garbage %lld\n",
                       r->received, (long long)(end - r->lowest) - r->received, r->duplicated,
                       r->reordered, r->foreign, r->garbage);
    sendto(fd, text, (size_t)len, 0, (const struct sockaddr *)&r->sender, sizeof r->sender);
}

static void note_datagram(int fd, struct report *r, const unsigned char *data, size_t len,
                          const struct sockaddr_in *from)
{
    bool known = r->sender.sin_port != 0;
    if (known && (from->sin_port != r->sender.sin_port ||
                  from->sin_addr.s_addr != r->sender.sin_addr.s_addr)) {
        r->foreign++;
        return;
    }
    uint16_t number = len >= 4 ? (uint16_t)(data[2] << 8 | data[3]) : 0;
    if (len >= 4 && memcmp(data, "N#", 2) == 0) {
        r->sender = *from;
        note_number(r, number);
    } else if (known && len == 4 && memcmp(data, "R?", 2) == 0) {
        answer(fd, r, number);
    } else {
        r->garbage++;
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);

    int fd = open_receiver((uint16_t)port);
    char text[ENDPOINT_TEXT_MAX];
    say("bound to %s", local_endpoint(fd, text));
    static struct report report;
    for (;;) {
        unsigned char data[65536];
        struct sockaddr_in from = {0};
        socklen_t from_len = sizeof from;
        ssize_t n = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &from_len);
        if (n >= 0)
            note_datagram(fd, &report, data, (size_t)n, &from);
        else if (errno != EINTR)
            die("recvfrom");
    }
}
