/* incoming.c - the receiver's half of go-back-N; incoming.h says what it promises. */
#include "incoming.h"

#include "addr.h"
#include "diag.h"
#include "io.h"
#include "packet.h"

static void send_garbage(const struct incoming *in, const struct endpoint *to)
{
    unsigned char other[HEADER_LEN];
    write_packet(other, (struct packet){'A', (uint16_t)(in->next + 1)});
    other[1] ^= 1; /* another protocol's */
    sendto(in->fd, other, 0, 0, (const struct sockaddr *)&to->addr, to->len);
    sendto(in->fd, other, sizeof other, 0, (const struct sockaddr *)&to->addr, to->len);
}

/* Says what must come next. If there was a gap it says the same again, and that is all that the sender
 * gets to know of it. */
static void acknowledge(const struct incoming *in, const struct endpoint *to)
{
    unsigned char ack[HEADER_LEN];
    const struct packet forms[] = {
        {'A', (uint16_t)(in->next + 30000)}, /* of what was never sent */
        {'D', (uint16_t)(in->next + 1)},     /* no acknowledgement */
        {'A', in->next},
    };
    if (in->garbage)
        send_garbage(in, to);
    for (int i = in->garbage ? 0 : 2; i < 3; i++) {
        write_packet(ack, forms[i]);
        if (in->garbage) /* the first byte alone is none, either */
            sendto(in->fd, ack, 1, 0, (const struct sockaddr *)&to->addr, to->len);
        sendto(in->fd, ack, sizeof ack, 0, (const struct sockaddr *)&to->addr, to->len);
    }
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
    acknowledge(in, &from);
    return 0;
}
