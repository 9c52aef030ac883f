/* carry.c - takes frames and delivers them; carry.h says what each function promises. */
#include "carry.h"

#include "../11-packet-headers/frame.h"
#include "cable.h"
#include "clock.h"
#include "diag.h"
#include "packet.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

/* A frame that has no data is ARP, or a SYN, an ACK or a FIN of TCP. All of them arrive. */
static bool has_data(const struct frame *frame)
{
    return frame->verdict == FRAME_WHOLE && has_ports(frame->protocol) && frame->data_len > 0;
}

static void tell_frame(const struct wire *wire, int from, const char *what, const struct frame *f)
{
    char text[PACKET_TEXT_MAX];
    if (wire->quiet)
        return;
    if (f->protocol == IPPROTO_UDP)
        describe_packet(f->data, f->data_len, text);
    else
        snprintf(text, sizeof text, "%zu bytes of TCP", f->data_len);
    say("%9.3f ms  %s  %s %s", (double)(now_us() - wire->began) / 1000, from == LEFT ? "->" : "<-",
        text, what);
}

/* A frame that is late lets others pass. The others keep their order, and their distance. */
static void launch(struct wire *wire, int from, const unsigned char *bytes, size_t len, bool late)
{
    uint64_t due = now_us() + wire->delay;
    if (due < wire->latest[from] + wire->gap)
        due = wire->latest[from] + wire->gap;
    wire->latest[from] = due;
    if (late)
        due += wire->delay / 2 + 2 * wire->gap;
    if (take_off(&wire->flight, bytes, len, !from, due) == -1)
        wire->full++;
}

/* Throws the dice for a frame with data. */
static void send_on_its_way(struct wire *wire, int from, unsigned char *bytes, size_t len,
                            const struct frame *frame)
{
    struct ledger *ledger = &wire->ledger[from];
    struct fate fate = next_fate(&wire->dice[from], &wire->odds[from]);
    ledger->data++;
    fate.lost |= wire->ledger[LEFT].data > wire->cut;
    if (wire->tell)
        tell_frame(wire, from, "came", frame);
    if (fate.lost) {
        tell_frame(wire, from, "is lost", frame);
        ledger->lost++;
        return;
    }
    if (fate.late) {
        ledger->late++;
        tell_frame(wire, from, "is late", frame);
    }
    if (fate.damaged) {
        size_t bit = fate.where % (frame->data_len * 8);
        ledger->damaged++;
        tell_frame(wire, from, "is damaged", frame);
        bytes[(size_t)(frame->data - bytes) + bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    launch(wire, from, bytes, len, fate.late);
    if (fate.twice) {
        ledger->twice++;
        launch(wire, from, bytes, len, fate.late);
        tell_frame(wire, from, "is doubled", frame);
    }
}

int take_frames(struct wire *wire, int end)
{
    unsigned char bytes[FRAME_MAX];
    for (ssize_t n; (n = read_frame(wire->fds[end], bytes)) != -1;) {
        size_t len = (size_t)n;
        struct frame frame = parse_frame(LINK_ETHERNET, bytes, len, len);
        if (has_data(&frame))
            send_on_its_way(wire, end, bytes, len, &frame);
        else
            launch(wire, end, bytes, len, false);
    }
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

void deliver_frames(struct wire *wire)
{
    for (struct flying *frame; (frame = land(&wire->flight, now_us()));) {
        struct frame f = parse_frame(LINK_ETHERNET, frame->bytes, frame->len, frame->len);
        if (write_frame(wire->fds[frame->to], frame->bytes, frame->len) == -1) {
            wire->refused++;
        } else if (has_data(&f)) {
            wire->ledger[!frame->to].arrived++;
            if (wire->tell)
                tell_frame(wire, !frame->to, "arrived", &f);
        }
        free(frame);
    }
}

bool print_ledger(struct wire *wire)
{
    static const char *const way[] = {"->", "<-"};
    unsigned long missing = 0;
    for (int end = LEFT; end <= RIGHT; end++) {
        const struct ledger *l = &wire->ledger[end];
        say("%s  %lu with data + %lu doubled = %lu lost + %lu arrived; %lu late, %lu damaged",
            way[end], l->data, l->twice, l->lost, l->arrived, l->late, l->damaged);
        missing += l->data + l->twice - l->lost - l->arrived;
        wire->unseen += (unsigned long)dropped_frames(wire->fds[end]);
    }
    say("the cable's own losses: %lu of its buffers, %lu of the interfaces",
        wire->unseen + wire->full, wire->refused);
    return missing <= wire->full + wire->refused;
}
