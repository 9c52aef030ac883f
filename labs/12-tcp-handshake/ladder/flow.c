/* flow.c - finds a frame's conversation; flow.h describes each function. */
#include "flow.h"

#include "key.h"
#include "tcp.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* The place in the table of the flow with this key, or the free place where it belongs. */
static size_t *find_place(const struct flows *flows, const struct key *key)
{
    size_t at = hash_key(key) & (flows->table_size - 1);
    while (flows->table[at] != 0 && sender_in(&flows->all[flows->table[at] - 1], key) == -1)
        at = (at + 1) & (flows->table_size - 1);
    return &flows->table[at];
}

/* Makes room for one more flow. The table has twice as many places as it needs, so that a place is
 * found after a few steps. Returns 0, or -1 with ENOMEM. */
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
    for (size_t i = 0; i < flows->count; i++) { /* of several with the same key, the last stays */
        struct key key = key_of_flow(&flows->all[i]);
        *find_place(flows, &key) = i + 1;
    }
    return 0;
}

void free_flows(struct flows *flows)
{
    for (size_t i = 0; i < flows->count; i++)
        for (int side = 0; side < 2; side++)
            free(flows->all[i].side[side].gap);
    free(flows->all);
    free(flows->table);
    *flows = (struct flows){0};
}

/* True if the sender of a conversation's first frame is not the one that began it. In TCP a SYN
 * tells; if the capture began too late, the port that a server listens on: the one that was named,
 * or else the lower one. In UDP the first to send has begun, unless only its port is well-known. */
static bool comes_from_server(const struct flows *flows, const struct key *key,
                              const struct frame *f)
{
    bool lower = key->from_port < key->to_port;
    if (f->flags & TCP_SYN)
        return f->flags & TCP_ACK;
    if (key->from_port != key->to_port && flows->port > 0) {
        if (key->from_port == flows->port || key->to_port == flows->port)
            return key->from_port == flows->port;
    }
    if (key->protocol == IPPROTO_UDP)
        return lower && key->from_port < IPPORT_RESERVED && key->to_port >= IPPORT_RESERVED;
    return is_reply(f) || lower;
}

/* Adds a flow that begins with this frame. */
static void begin_flow(struct flows *flows, const struct key *key, const struct frame *f)
{
    struct flow flow = {.version = key->version, .protocol = key->protocol, .id = key->id};
    unsigned sender = comes_from_server(flows, key, f);
    memcpy(flow.side[sender].address, key->from, 16);
    memcpy(flow.side[1 - sender].address, key->to, 16);
    flow.side[sender].port = key->from_port;
    flow.side[1 - sender].port = key->to_port;
    flows->all[flows->count++] = flow;
    *find_place(flows, key) = flows->count;
}

static bool is_over(const struct flow *flow)
{
    for (int i = 0; i < 2; i++)
        if (flow->side[i].state != CLOSED && flow->side[i].state != TIME_WAIT)
            return false;
    return true;
}

/* True for a SYN that does not repeat the first one: a new connection uses the same ports again. */
static bool begins_anew(const struct flow *flow, const struct frame *f, unsigned from)
{
    if (f->protocol != IPPROTO_TCP || (f->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
        return false;
    const struct side *side = &flow->side[from];
    return is_over(flow) || (side->began && f->seq != side->first);
}

/* An ICMP error belongs to the conversation that it quotes, although a router may have sent it.
 * Returns 1 if there is one, else 0. */
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
    if (f->version == 0 || f->verdict == FRAME_FRAGMENT || f->data == NULL)
        return 0;
    if (add_error(flows, f, step) == 1) {
        flows->all[step->flow].frames++;
        return 1;
    }
    if (!has_ports(f->protocol) && !is_echo(f))
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
    if (is_reply(f)) /* a host that pings itself has the same address on both sides */
        step->from = 1;
    flow->frames++;
    if (f->protocol == IPPROTO_TCP)
        follow_tcp(flow, f, step);
    if (f->fragmented)
        step->remarks |= FIRST_PIECE;
    if (f->verdict == FRAME_CUT)
        step->remarks |= OPTIONS_CUT;
    return 1;
}
