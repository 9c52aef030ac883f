/* tcp.c - follows both sides of a TCP connection; tcp.h describes each function. */
#include "tcp.h"

#include "key.h"
#include "numbers.h"

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

/* An ACK tells that both have opened. If the capture holds nothing of the other side, it tells that
 * too; and if it began too late, we know it when both have sent data. */
static void follow_first_ack(struct side *me, struct side *other)
{
    bool alone = !other->heard, late = me->state == STATE_UNKNOWN && me->spoke && other->spoke;
    if (me->state == SYN_SENT || (alone && me->state == SYN_RECEIVED) || late)
        me->state = ESTABLISHED;
    if (other->state == SYN_RECEIVED ||
        (alone && (other->state == LISTEN || other->state == SYN_SENT)) || late)
        other->state = late && other->finished ? FIN_WAIT_1 : ESTABLISHED;
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
        follow_first_ack(me, other);
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
    if (other->state == FIN_WAIT_2 && me->gaps == 0)
        other->state = TIME_WAIT;
}

void follow_tcp(struct flow *flow, const struct frame *f, struct step *step)
{
    struct side *me = &flow->side[step->from];
    struct side *other = is_own_peer(flow) ? me : &flow->side[1 - step->from];
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
    /* The other side has seen nothing of a lost one. */
    if (f->lost && other != me && other->state != LISTEN)
        other->state = between[1 - step->from] = was[1 - step->from];
    step->seq = relative(me, f->seq);
    step->ack = f->flags & TCP_ACK ? relative(other, f->ack) : 0;
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
