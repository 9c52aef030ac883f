/* goback.c - the sender's half of go-back-N; goback.h says what it promises. */
#include "goback.h"

#include "clock.h"
#include "diag.h"
#include "packet.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A packet that was lost is read again: the file is the buffer. */
static int send_packet(struct transfer *t, uint32_t number)
{
    unsigned char packet[PACKET_MAX];
    bool end = number == t->packets - 1;
    ssize_t len =
        end ? 0 : pread(t->file_fd, packet + HEADER_LEN, t->size, (off_t)number * t->size);
    if (len == -1)
        return -1;
    write_packet(packet, (struct packet){end ? 'E' : 'D', (uint16_t)number});
    t->sent++;
    t->most = number + 1 > t->most ? number + 1 : t->most;
    return send(t->fd, packet, HEADER_LEN + (size_t)len, 0) == -1 ? -1 : 0;
}

/* Waits for an acknowledgement of more than *base, and moves *base. Returns 1, or 0 if the time is
 * over, or -1. One that says nothing new, late or doubled, does not start the time again. One of
 * what was never sent is no acknowledgement. */
static int await_progress(const struct transfer *t, uint32_t *base, uint64_t until)
{
    unsigned char bytes[HEADER_LEN];
    struct packet ack;
    for (;;) {
        int ready = wait_until(&(struct pollfd){.fd = t->fd, .events = POLLIN}, 1, until);
        ssize_t n = ready > 0 ? recv(t->fd, bytes, sizeof bytes, 0) : 0;
        if (ready <= 0 || n == -1)
            return ready == 0 ? 0 : -1;
        if (!read_packet(bytes, (size_t)n, &ack) || ack.kind != 'A' || ack.number <= *base ||
            ack.number > t->most)
            continue;
        trace("A %u", ack.number);
        *base = ack.number;
        return 1;
    }
}

int send_file(struct transfer *t)
{
    uint32_t base = 0, next = 0; /* base: not acknowledged yet; next: not sent yet */
    for (int patience = PATIENCE; base < t->packets;) {
        for (; next < t->packets && next < base + t->window; next++)
            if (send_packet(t, next) == -1)
                return -1;
        int came = await_progress(t, &base, now_us() + t->timeout);
        if (came == -1)
            return -1;
        if (came) {
            patience = PATIENCE;
            continue;
        }
        trace("no acknowledgement of %u: go back", base);
        t->timeouts++;
        next = base; /* all that was sent after the lost one is sent again */
        if (--patience == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
    }
    return 0;
}
