/* flow.c - finds a frame's conversation; flow.h has the promises. */
#include "flow.h"

#include "tcp.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>

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

static bool is_reply(const struct frame *f)
{
    return is_echo(f) && (f->type == ICMP_ECHOREPLY || f->type == ICMP6_ECHO_REPLY);
}

static struct key key_of(const struct frame *f)
{
    struct key key = {.version = f->version,
                      .protocol = f->protocol,
                      .id = is_echo(f) ? f->id : 0,
                      .from_port = f->from_port,
                      .to_port = f->to_port};
    memcpy(key.from, f->from, 16);
    memcpy(key.to, f->to, 16);
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

/* One number of an end, in which every bit of it counts (Fibonacci hashing). */
static uint64_t hash_end(const uint8_t address[16], uint16_t port)
{
    uint64_t halves[2];
    memcpy(halves, address, sizeof halves);
    return ((halves[0] + port) * 0x9e3779b97f4a7c15U ^ halves[1]) * 0x9e3779b97f4a7c15U;
}

/* The sum of both ends does not tell the direction. The upper half is the better mixed one. */
static size_t hash_key(const struct key *key)
{
    uint64_t sum = hash_end(key->from, key->from_port) + hash_end(key->to, key->to_port);
    return (size_t)((sum + key->protocol + key->id) * 0x9e3779b97f4a7c15U >> 32);
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

/* A flow that begins with this frame. Who answers did not begin. */
static void begin_flow(struct flows *flows, const struct key *key, const struct frame *f)
{
    struct flow flow = {.version = key->version, .protocol = key->protocol, .id = key->id};
    bool answers = (f->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK) || is_reply(f);
    unsigned sender = answers ? 1 : 0;
    memcpy(flow.side[sender].address, key->from, 16);
    memcpy(flow.side[1 - sender].address, key->to, 16);
    flow.side[sender].port = key->from_port;
    flow.side[1 - sender].port = key->to_port;
    flows->all[flows->count++] = flow;
    *find_place(flows, key) = flows->count;
}

/* --- the next frame --- */

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
    if (is_reply(f)) /* who pings itself has one address for both sides */
        step->from = 1;
    flow->frames++;
    if (f->protocol == IPPROTO_TCP)
        follow_tcp(flow, f, step);
    if (f->fragmented)
        step->remarks |= FIRST_PIECE;
    return 1;
}
