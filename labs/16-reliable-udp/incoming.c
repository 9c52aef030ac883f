/* incoming.c - the receiver's half of go-back-N; incoming.h says what it promises. */
#include "incoming.h"

#include "addr.h"
#include "diag.h"
#include "io.h"
#include "packet.h"

static void send_some(const struct incoming *in, const void *bytes, size_t len,
                      const struct endpoint *to)
{
    sendto(in->fd, bytes, len, 0, (const struct sockaddr *)&to->addr, to->len);
}

/* What is no acknowledgement, and acknowledgements of what was never sent. `taken`: a packet has
 * just come in its turn. Then the sender cannot have had its acknowledgement, so it has sent no
 * packet from next + window - 1 on; else none from next + window on. */
static void send_garbage(const struct incoming *in, bool taken, const struct endpoint *to)
{
    unsigned char bytes[HEADER_LEN + 1] = {0};
    const struct packet forms[] = {
        {'A', (uint16_t)(in->next + 30000)},
        {'A', (uint16_t)(in->next + in->garbage + !taken)},
        {'D', (uint16_t)(in->next + 1)},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        write_packet(bytes, forms[i]);
        send_some(in, bytes, HEADER_LEN, to);
    }
    write_packet(bytes, (struct packet){'A', (uint16_t)(in->next + 1)});
    for (size_t len = 0; len <= sizeof bytes; len++)
        if (len != HEADER_LEN)
            send_some(in, bytes, len, to);
    bytes[1] ^= 1; /* another protocol's */
    send_some(in, bytes, HEADER_LEN, to);
}

/* Says what must come next. If there was a gap it says the same
 * again, and that is all that the sender gets to know of it. */
static void acknowledge(const struct incoming *in, bool taken, const struct endpoint *to)
{
    unsigned char ack[HEADER_LEN];
    if (in->garbage)
        send_garbage(in, taken, to);
    write_packet(ack, (struct packet){'A', in->next});
    send_some(in, ack, sizeof ack, to);
}

int take_packet(struct incoming *in)
{
    unsigned char bytes[PACKET_MAX + 1];
    struct endpoint from = {.len = sizeof from.addr};
    struct packet packet;
    ssize_t n = recvfrom(in->fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from.addr, &from.len);
    if (n == -1)
        return -1;
    if (!read_packet(bytes, (size_t)n, &packet) || packet.kind == 'A') {
        in->foreign++;
        return 0;
    }
    int ahead = (int16_t)(packet.number - in->next); /* 0 follows 65535 */
    trace("%c %u, %s", packet.kind, packet.number, ahead ? "thrown away" : "taken");
    in->early += ahead > 0;
    in->again += ahead < 0;
    if (ahead == 0) {
        if (write_all(in->file_fd, bytes + HEADER_LEN, (size_t)n - HEADER_LEN) == -1)
            return -1;
        in->next++;
        in->ended = packet.kind == 'E';
    }
    acknowledge(in, ahead == 0, &from);
    return 0;
}
