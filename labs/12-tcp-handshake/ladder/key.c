/* key.c - the keys of frames and flows; key.h describes each function. */
#include "key.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

bool is_echo(const struct frame *f)
{
    if (f->protocol == IPPROTO_ICMP)
        return f->type == ICMP_ECHO || f->type == ICMP_ECHOREPLY;
    return f->protocol == IPPROTO_ICMPV6 &&
           (f->type == ICMP6_ECHO_REQUEST || f->type == ICMP6_ECHO_REPLY);
}

bool is_reply(const struct frame *f)
{
    return is_echo(f) && (f->type == ICMP_ECHOREPLY || f->type == ICMP6_ECHO_REPLY);
}

struct key key_of(const struct frame *f)
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

struct key key_of_flow(const struct flow *flow)
{
    struct key key = {.version = flow->version, .protocol = flow->protocol, .id = flow->id};
    memcpy(key.from, flow->side[0].address, 16);
    memcpy(key.to, flow->side[1].address, 16);
    key.from_port = flow->side[0].port;
    key.to_port = flow->side[1].port;
    return key;
}

static bool is_end(const struct side *side, const uint8_t address[16], uint16_t port)
{
    return side->port == port && memcmp(side->address, address, 16) == 0;
}

bool is_own_peer(const struct flow *flow)
{
    return has_ports(flow->protocol) &&
           is_end(&flow->side[0], flow->side[1].address, flow->side[1].port);
}

int sender_in(const struct flow *flow, const struct key *key)
{
    if (flow->version != key->version || flow->protocol != key->protocol || flow->id != key->id)
        return -1;
    for (int i = 0; i < 2; i++)
        if (is_end(&flow->side[i], key->from, key->from_port) &&
            is_end(&flow->side[1 - i], key->to, key->to_port))
            return i;
    return -1;
}

/* Mixes an end into one number, so that each of its bits makes a difference (Fibonacci hashing). */
static uint64_t hash_end(const uint8_t address[16], uint16_t port)
{
    uint64_t halves[2];
    memcpy(halves, address, sizeof halves);
    return ((halves[0] + port) * 0x9e3779b97f4a7c15U ^ halves[1]) * 0x9e3779b97f4a7c15U;
}

/* A sum of both ends is the same in both directions. Its upper half is mixed better. */
size_t hash_key(const struct key *key)
{
    uint64_t sum = hash_end(key->from, key->from_port) + hash_end(key->to, key->to_port);
    return (size_t)((sum + key->protocol + key->id) * 0x9e3779b97f4a7c15U >> 32);
}
