/* numbers.c - counts what a side has sent; numbers.h describes each function. */
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

bool before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

uint32_t sequence_len(const struct frame *f)
{
    return (uint32_t)f->data_len + !!(f->flags & TCP_SYN) + !!(f->flags & TCP_FIN);
}

int64_t relative(const struct side *side, uint32_t number)
{
    return side->began ? side->sent + (int32_t)(number - side->next) : 0;
}

static void begin_side(struct side *side, uint32_t first, uint32_t next)
{
    side->began = true;
    side->first = first;
    side->next = next;
    side->sent = next - first;
}

static void go_to(struct side *side, uint32_t next)
{
    side->sent = relative(side, next);
    side->next = next;
}

/* Its first frame. If we missed its SYN, that came just before; or the other side has already
 * acknowledged something, so its first number is known. */
static void hear_first(struct side *me, const struct frame *f)
{
    me->heard = true;
    if (f->flags & TCP_SYN)
        begin_side(me, f->seq, f->seq);
    else if (!me->began)
        begin_side(me, f->seq - 1, f->seq);
    else
        go_to(me, f->seq);
}

/* Of more gaps than we remember, we forget the first: it is the least likely to be filled yet. And
 * without memory we remember none. */
static void add_gap(struct side *me, struct gap gap)
{
    if (!me->gap && !(me->gap = malloc(GAPS_MAX * sizeof gap)))
        return;
    if (me->gaps == GAPS_MAX)
        memmove(me->gap, me->gap + 1, --me->gaps * sizeof gap);
    me->gap[me->gaps++] = gap;
}

/* Takes the numbers from `seq` to `end` out of the gaps, which may leave a part on either side.
 * Returns true if any was missing. */
static bool fill_gaps(struct side *me, uint32_t seq, uint32_t end)
{
    bool filled = false;
    struct gap old[GAPS_MAX];
    unsigned gaps = me->gaps;
    memcpy(old, me->gap, gaps * sizeof old[0]);
    me->gaps = 0;
    for (unsigned i = 0; i < gaps; i++) {
        struct gap gap = old[i];
        if (!before(gap.begin, end) || !before(seq, gap.end)) {
            add_gap(me, gap);
            continue;
        }
        filled = true;
        if (before(gap.begin, seq))
            add_gap(me, (struct gap){gap.begin, seq});
        if (before(end, gap.end))
            add_gap(me, (struct gap){end, gap.end});
    }
    return filled;
}

unsigned follow_numbers(struct side *me, const struct frame *f)
{
    uint32_t len = sequence_len(f), end = f->seq + len;
    if (f->flags & TCP_RST) /* what refuses a SYN has number 0, and that is not its side's first */
        return 0;
    if (!me->heard)
        hear_first(me, f);
    if (f->seq == me->next - 1 && f->data_len <= 1 && !(f->flags & (TCP_SYN | TCP_FIN)) &&
        me->acked)
        return KEEPALIVE;
    if (len == 0)
        return 0;
    /* If both sides open at once, each sends its SYN again, as the answer to the other's. */
    bool answers_syn = (f->flags & TCP_SYN) && (f->flags & TCP_ACK) && !me->acked;
    unsigned remarks = 0;
    if (before(me->next, f->seq)) {
        remarks = GAP_BEFORE;
        add_gap(me, (struct gap){me->next, f->seq});
    } else if (me->gaps > 0 && fill_gaps(me, f->seq, end)) {
        remarks = FILLS_GAP;
    } else if (before(f->seq, me->next) && !before(f->seq, me->first) && !answers_syn) {
        remarks = SENT_AGAIN; /* what is older than the capture has not passed before */
    }
    me->spoke |= !(f->flags & TCP_SYN);
    if (before(me->next, end))
        go_to(me, end);
    return remarks;
}

/* What is acknowledged was sent, even if the capture does not show it. */
static void follow_unheard(struct side *other, uint32_t ack)
{
    if (!other->began) {
        begin_side(other, ack - 1, ack);
    } else if (!other->heard && before(other->next, ack)) {
        other->spoke |= ack - other->next > 1; /* one number may be that of a FIN */
        go_to(other, ack);
    }
}

unsigned follow_acks(struct side *me, struct side *other, const struct frame *f)
{
    unsigned remarks = 0;
    if (!(f->flags & (TCP_RST | TCP_SYN))) {
        if (f->window == 0)
            remarks |= ZERO_WINDOW;
        else if (me->full)
            remarks |= WINDOW_OPENS;
        me->full = f->window == 0;
    }
    if (f->flags & TCP_ACK) {
        if (me->acked && me->last_ack == f->ack && me->window == f->window &&
            sequence_len(f) == 0 && !(f->flags & TCP_RST) && other->began &&
            before(f->ack, other->next))
            remarks |= DUPLICATE_ACK;
        follow_unheard(other, f->ack);
        me->acked = true;
        me->last_ack = f->ack;
    }
    me->window = f->window;
    return remarks;
}
