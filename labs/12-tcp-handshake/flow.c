/* flow.c - finds a frame's conversation, and follows both sides of TCP; flow.h has the promises. */
#include "flow.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>

/* Sequence numbers wrap: a comes before b if the way from a to b is the shorter one (RFC 9293, 3.4). */
static bool before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

/* --- which conversation --- */

/* Who talks to whom, the sender first. For ICMP echo messages the identifier is the "port". */
struct key {
    unsigned version, protocol, id;
    uint8_t from[16], to[16];
    uint16_t from_port, to_port;
};

static bool is_echo(const struct frame *f)
{
    if (f->protocol == IPPROTO_ICMP)
        return f->type == ICMP_ECHO || f->type == ICMP_ECHOREPLY;
    return f->protocol == IPPROTO_ICMPV6 &&
           (f->type == ICMP6_ECHO_REQUEST || f->type == ICMP6_ECHO_REPLY);
}

static struct key key_of(const struct frame *f)
{
    struct key key;
    memset(&key, 0, sizeof key); /* the padding too: it is hashed */
    key.version = f->version;
    key.protocol = f->protocol;
    key.id = is_echo(f) ? f->id : 0;
    memcpy(key.from, f->from, 16);
    memcpy(key.to, f->to, 16);
    key.from_port = f->from_port;
    key.to_port = f->to_port;
    return key;
}

static bool is_end(const struct side *side, const uint8_t address[16], uint16_t port)
{
    return side->port == port && memcmp(side->address, address, 16) == 0;
}

/* Returns which side of the flow sends what has this key, or -1. */
static int sender_in(const struct flow *flow, const struct key *key)
{
    if (flow->version != key->version || flow->protocol != key->protocol || flow->id != key->id)
        return -1;
    for (int i = 0; i < 2; i++)
        if (is_end(&flow->side[i], key->from, key->from_port) &&
            is_end(&flow->side[1 - i], key->to, key->to_port))
            return i;
    return -1;
}

/* FNV-1a over both ends; their sum does not tell the direction. */
static uint32_t hash_end(const uint8_t address[16], uint16_t port)
{
    uint32_t hash = 2166136261U;
    for (int i = 0; i < 16; i++)
        hash = (hash ^ address[i]) * 16777619U;
    hash = (hash ^ (port & 255U)) * 16777619U;
    return (hash ^ (port >> 8)) * 16777619U;
}

static uint32_t hash_key(const struct key *key)
{
    uint32_t hash = hash_end(key->from, key->from_port) + hash_end(key->to, key->to_port);
    return (hash + key->protocol + key->id) * 2654435761U;
}

static struct key key_of_flow(const struct flow *flow)
{
    struct key key = {.version = flow->version, .protocol = flow->protocol, .id = flow->id};
    memcpy(key.from, flow->side[0].address, 16);
    memcpy(key.to, flow->side[1].address, 16);
    key.from_port = flow->side[0].port;
    key.to_port = flow->side[1].port;
    return key;
}

/* The place in the table of the flow with this key, or the free place where it belongs. */
static size_t *find_place(const struct flows *flows, const struct key *key)
{
    size_t at = hash_key(key) & (flows->table_size - 1);
    while (flows->table[at] != 0 && sender_in(&flows->all[flows->table[at] - 1], key) == -1)
        at = (at + 1) & (flows->table_size - 1);
    return &flows->table[at];
}

/* Room for one flow more. The table is twice as large as it needs to be, so that places are found
 * soon. Returns 0, or -1 with ENOMEM. */
static int make_room(struct flows *flows)
{
    if (flows->count < flows->room)
        return 0;
    size_t room = flows->room > 0 ? flows->room * 2 : 8;
    size_t *table = calloc(room * 2, sizeof *table);
    if (!table)
        return -1;
    struct flow *all = realloc(flows->all, room * sizeof *all);
    if (!all) {
        free(table);
        return -1;
    }
    free(flows->table);
    flows->all = all;
    flows->room = room;
    flows->table = table;
    flows->table_size = room * 2;
    for (size_t i = 0; i < flows->count; i++) { /* of several with one key, the last stays */
        struct key key = key_of_flow(&flows->all[i]);
        *find_place(flows, &key) = i + 1;
    }
    return 0;
}

void free_flows(struct flows *flows)
{
    free(flows->all);
    free(flows->table);
    *flows = (struct flows){0};
}

/* A flow that begins with this frame. Who answers SYN did not begin. */
static void begin_flow(struct flows *flows, const struct key *key, const struct frame *f)
{
    struct flow flow = {.version = key->version, .protocol = key->protocol, .id = key->id};
    unsigned sender = (f->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) ? 1 : 0;
    memcpy(flow.side[sender].address, key->from, 16);
    memcpy(flow.side[1 - sender].address, key->to, 16);
    flow.side[sender].port = key->from_port;
    flow.side[1 - sender].port = key->to_port;
    flows->all[flows->count++] = flow;
    *find_place(flows, key) = flows->count;
}

/* --- TCP --- */

static bool is_over(const struct flow *flow)
{
    for (int i = 0; i < 2; i++)
        if (flow->side[i].state != CLOSED && flow->side[i].state != TIME_WAIT)
            return false;
    return true;
}

/* A SYN that is not the first one sent again: the ports are used once more, by another connection. */
static bool begins_anew(const struct flow *flow, const struct frame *f, unsigned from)
{
    if (f->protocol != IPPROTO_TCP || (f->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
        return false;
    const struct side *side = &flow->side[from];
    return is_over(flow) || (side->began && f->seq != side->first);
}

/* How many sequence numbers a frame takes: SYN and FIN count as one each (RFC 9293, 3.4). */
static uint32_t numbers_in(const struct frame *f)
{
    return (uint32_t)f->data_len + !!(f->flags & TCP_SYN) + !!(f->flags & TCP_FIN);
}

/* The same for what is behind it, and what that says about the frames before. */
static unsigned follow_numbers(struct side *me, const struct frame *f)
{
    uint32_t len = numbers_in(f), end = f->seq + len;
    if (!me->began) { /* without its SYN, we take it that one was just before */
        me->began = true;
        me->first = f->flags & TCP_SYN ? f->seq : f->seq - 1;
        me->next = f->seq;
    }
    if (f->flags & TCP_RST)
        return 0;
    if (f->seq == me->next - 1 && f->data_len <= 1 && !(f->flags & (TCP_SYN | TCP_FIN)) &&
        me->acked)
        return KEEPALIVE;
    if (len == 0)
        return 0;
    unsigned remarks = 0;
    if (before(me->next, f->seq)) {
        remarks = GAP_BEFORE;
        me->gap = me->next;
        me->gap_end = f->seq;
    } else if (me->gap != me->gap_end && !before(f->seq, me->gap) && before(f->seq, me->gap_end)) {
        remarks = FILLS_GAP;
        me->gap = f->seq == me->gap ? end : me->gap; /* a gap in the middle stays a gap */
        if (!before(me->gap, me->gap_end))
            me->gap = me->gap_end;
    } else if (before(f->seq, me->next)) {
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
        if (me->acked && me->last_ack == f->ack && me->window == f->window && numbers_in(f) == 0 &&
            !(f->flags & TCP_RST) && other->began && before(f->ack, other->next))
            remarks |= DUPLICATE_ACK;
        me->acked = true;
        me->last_ack = f->ack;
    }
    me->window = f->window;
    return remarks;
}

/* Has `other` sent FIN, and does this acknowledge it? FIN has the last number of all. */
static bool acks_fin(const struct frame *f, const struct side *other)
{
    return (f->flags & TCP_ACK) && other->finished && !before(f->ack, other->next);
}

/* What a side's own FIN makes of its state (RFC 9293, figure 5). */
static enum tcp_state after_own_fin(enum tcp_state state)
{
    return state == CLOSE_WAIT                             ? LAST_ACK
           : state == ESTABLISHED || state == SYN_RECEIVED ? FIN_WAIT_1
                                                           : state;
}

/* Received the other's FIN, as its acknowledgement shows. */
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

/* Its own FIN is acknowledged. `heard` says that the other's FIN came before that. */
static enum tcp_state after_fin_acked(enum tcp_state state, bool heard)
{
    switch (state) {
    case FIN_WAIT_1:
        return heard ? TIME_WAIT : FIN_WAIT_2; /* by way of CLOSING, where it was heard */
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
        /* A SYN for a SYN: both open at once (RFC 9293, figure 7). */
        me->state = other->state == SYN_SENT ? SYN_RECEIVED : SYN_SENT;
        if (other->state == STATE_UNKNOWN)
            other->state = LISTEN;
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

static void follow_closing(struct side *me, struct side *other, const struct frame *f)
{
    if (acks_fin(f, other)) {
        bool heard = me->finished && !before(f->seq, me->next); /* our FIN travels ahead of this */
        me->state = after_their_fin(me->state);
        other->state = after_fin_acked(other->state, heard);
    }
    if ((f->flags & TCP_FIN) && !me->finished) {
        me->finished = true;
        me->state = after_own_fin(me->state);
    }
    if (f->flags & TCP_RST)
        me->state = other->state = CLOSED;
}

static void follow_tcp(struct flow *flow, const struct frame *f, struct step *step)
{
    struct side *me = &flow->side[step->from], *other = &flow->side[1 - step->from];
    enum tcp_state was[2] = {flow->side[0].state, flow->side[1].state};
    bool refuses = (f->flags & TCP_RST) && other->state == SYN_SENT;
    step->remarks |= follow_numbers(me, f);
    step->remarks |= follow_acks(me, other, f);
    if (refuses)
        step->remarks |= REFUSED;
    follow_opening(me, other, f);
    follow_closing(me, other, f);
    step->seq = f->seq - me->first;
    step->ack = f->flags & TCP_ACK && other->began ? f->ack - other->first : 0;
    for (int i = 0; i < 2; i++) {
        step->state[i] = flow->side[i].state;
        step->entered[i] = flow->side[i].state != was[i];
    }
}

/* --- both --- */

/* An error speaks of a conversation that its sender need not be part of. */
static int add_error(const struct flows *flows, const struct frame *f, struct step *step)
{
    struct frame quoted;
    if (flows->count == 0 || !parse_quote(f, &quoted))
        return 0;
    struct key key = key_of(&quoted);
    size_t found = *find_place(flows, &key);
    if (found == 0)
        return 0;
    const struct flow *flow = &flows->all[found - 1];
    *step = (struct step){.flow = found - 1,
                          .from = 1U - (unsigned)sender_in(flow, &key),
                          .remarks = ABOUT_THE_OTHER,
                          .state = {flow->side[0].state, flow->side[1].state}};
    return 1;
}

int add_frame(struct flows *flows, const struct frame *f, struct step *step)
{
    bool ports = f->protocol == IPPROTO_TCP || f->protocol == IPPROTO_UDP;
    if (f->version == 0 || f->verdict == FRAME_FRAGMENT || (ports && f->data == NULL))
        return 0;
    if (add_error(flows, f, step) == 1) {
        flows->all[step->flow].frames++;
        return 1;
    }
    if (!ports && !is_echo(f))
        return 0;
    if (make_room(flows) == -1)
        return -1;
    struct key key = key_of(f);
    size_t *place = find_place(flows, &key);
    if (*place == 0 ||
        begins_anew(&flows->all[*place - 1], f, (unsigned)sender_in(&flows->all[*place - 1], &key)))
        begin_flow(flows, &key, f);
    struct flow *flow = &flows->all[*place - 1];
    *step = (struct step){.flow = *place - 1, .from = (unsigned)sender_in(flow, &key)};
    flow->frames++;
    if (f->protocol == IPPROTO_TCP)
        follow_tcp(flow, f, step);
    return 1;
}

const char *state_name(enum tcp_state state)
{
    static const char *const names[] = {
        "",           "CLOSED",     "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED",
        "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT"};
    return names[state];
}
