/* tcp.c - follows both sides of a TCP connection; tcp.h describes each function. */
#include "tcp.h"

bool before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

uint32_t sequence_len(const struct frame *f)
{
    return (uint32_t)f->data_len + !!(f->flags & TCP_SYN) + !!(f->flags & TCP_FIN);
}

/* Counts what the sender has sent. Returns a remark if this frame does not come next. */
static unsigned follow_numbers(struct side *me, const struct frame *f)
{
    uint32_t len = sequence_len(f), end = f->seq + len;
    if (!me->began) { /* if we missed its SYN: as if it had come just before */
        me->began = true;
        me->first = f->flags & (TCP_SYN | TCP_RST) ? f->seq : f->seq - 1;
        me->next = f->seq;
    }
    if (f->flags & TCP_RST)
        return 0;
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
        me->gap = me->next;
        me->gap_end = f->seq;
    } else if (me->gap != me->gap_end && !before(f->seq, me->gap) && before(f->seq, me->gap_end)) {
        remarks = FILLS_GAP;
        me->gap = f->seq == me->gap ? end : me->gap; /* it shrinks only from its beginning */
        if (!before(me->gap, me->gap_end))
            me->gap = me->gap_end;
    } else if (before(f->seq, me->next) && !answers_syn) {
        remarks = SENT_AGAIN;
    }
    if (before(me->next, end))
        me->next = end;
    return remarks;
}

static unsigned follow_acks(struct side *me, const struct side *other, const struct frame *f)
{
    unsigned remarks = 0;
    if (f->window == 0 && !(f->flags & (TCP_RST | TCP_SYN)))
        remarks |= ZERO_WINDOW;
    if (f->flags & TCP_ACK) {
        if (me->acked && me->last_ack == f->ack && me->window == f->window &&
            sequence_len(f) == 0 && !(f->flags & TCP_RST) && other->began &&
            before(f->ack, other->next))
            remarks |= DUPLICATE_ACK;
        me->acked = true;
        me->last_ack = f->ack;
    }
    me->window = f->window;
    return remarks;
}

/* True if `other` has sent FIN and this frame acknowledges it. FIN takes the last number of all. */
static bool acks_fin(const struct frame *f, const struct side *other)
{
    return (f->flags & TCP_ACK) && other->finished && !before(f->ack, other->next);
}

/* The state after a side has sent FIN (RFC 9293, figure 5). */
static enum tcp_state after_own_fin(enum tcp_state state)
{
    return state == CLOSE_WAIT                             ? LAST_ACK
           : state == ESTABLISHED || state == SYN_RECEIVED ? FIN_WAIT_1
                                                           : state;
}

/* The state after a side has received the other's FIN. */
static enum tcp_state after_their_fin(enum tcp_state state)
{
    switch (state) {
    case ESTABLISHED:
        return CLOSE_WAIT;
    case FIN_WAIT_1:
        return CLOSING;
    case FIN_WAIT_2:
        return TIME_WAIT;
    default:
        return state;
    }
}

/* The state after a side's FIN was acknowledged. `heard`: it had received the other's FIN
 * before. */
static enum tcp_state after_fin_acked(enum tcp_state state, bool heard)
{
    switch (state) {
    case FIN_WAIT_1:
        return heard ? CLOSING : FIN_WAIT_2;
    case CLOSING:
        return TIME_WAIT;
    case LAST_ACK:
        return CLOSED;
    default:
        return state;
    }
}

static void follow_opening(struct side *me, struct side *other, const struct frame *f)
{
    bool syn = f->flags & TCP_SYN, ack = f->flags & TCP_ACK;
    if (syn && !ack) {
        me->state = SYN_SENT;
        if (other->state == STATE_UNKNOWN)
            other->state = LISTEN;
    } else if (syn && other->state == SYN_RECEIVED) {
        /* Both have opened at once, and both have answered (RFC 9293, figure 7). */
        me->state = other->state = ESTABLISHED;
    } else if (syn) {
        me->state = SYN_RECEIVED;
        if (other->state == STATE_UNKNOWN)
            other->state = SYN_SENT;
    } else if (ack && !(f->flags & TCP_RST)) {
        if (me->state == SYN_SENT)
            me->state = ESTABLISHED;
        if (other->state == SYN_RECEIVED)
            other->state = ESTABLISHED;
    }
}

static void follow_fin_acked(struct side *me, struct side *other, const struct frame *f)
{
    /* We sent our FIN before this ACK. */
    bool heard = me->finished && !before(f->seq, me->next);
    me->state = after_their_fin(me->state);
    other->state = after_fin_acked(other->state, heard);
    /* The FINs crossed, and the other side acknowledged ours before we acknowledged theirs. */
    if (me->state == CLOSING && other->acked && !before(other->last_ack, me->next))
        me->state = TIME_WAIT;
}

/* The first FIN of a side. If something before it is missing, the other cannot take it yet. */
static void follow_fin(struct side *me, struct side *other)
{
    me->finished = true;
    me->state = after_own_fin(me->state);
    if (other->state == FIN_WAIT_2 && me->gap == me->gap_end)
        other->state = TIME_WAIT;
}

void follow_tcp(struct flow *flow, const struct frame *f, struct step *step)
{
    struct side *me = &flow->side[step->from], *other = &flow->side[1 - step->from];
    enum tcp_state was[2] = {flow->side[0].state, flow->side[1].state}, between[2];
    bool refuses = (f->flags & TCP_RST) && other->state == SYN_SENT;
    step->remarks |= follow_numbers(me, f);
    step->remarks |= follow_acks(me, other, f);
    if (refuses)
        step->remarks |= REFUSED;
    follow_opening(me, other, f);
    if (acks_fin(f, other))
        follow_fin_acked(me, other, f);
    /* An ACK counts before a FIN in the same segment (RFC 9293, section 3.10.7.4), so a side may go
     * through two states. */
    between[0] = flow->side[0].state;
    between[1] = flow->side[1].state;
    if ((f->flags & TCP_FIN) && !me->finished)
        follow_fin(me, other);
    if (f->flags & TCP_RST)
        me->state = other->state = CLOSED;
    if (f->lost && other->state != LISTEN) /* the other side has seen nothing of it */
        other->state = between[1 - step->from] = was[1 - step->from];
    step->seq = f->seq - me->first;
    step->ack = f->flags & TCP_ACK && other->began ? f->ack - other->first : 0;
    for (int i = 0; i < 2; i++) {
        step->state[i] = flow->side[i].state;
        step->entered[i] = step->state[i] != was[i];
        bool passed = (f->flags & TCP_FIN) && between[i] != was[i] && between[i] != step->state[i];
        step->passed[i] = passed ? between[i] : STATE_UNKNOWN;
    }
}

const char *state_name(enum tcp_state state)
{
    static const char *const names[] = {
        "",           "CLOSED",     "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED",
        "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT"};
    return names[state];
}
