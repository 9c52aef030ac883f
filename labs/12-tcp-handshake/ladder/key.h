/* key.h - what says which conversation a frame belongs to: the 5-tuple, or an ICMP identifier. */
#ifndef SOCKET_LABS_KEY_H
#define SOCKET_LABS_KEY_H

#include "flow.h"

/* Both ends, the sender's first. ICMP echo messages have an identifier, and no ports. */
struct key {
    unsigned version, protocol, id;
    uint8_t from[16], to[16];
    uint16_t from_port, to_port;
};

/* True for an ICMP echo message; is_reply: for the reply only. */
bool is_echo(const struct frame *frame);
bool is_reply(const struct frame *frame);

/* The key of a frame, and of what side 0 of a flow sends. */
struct key key_of(const struct frame *frame);
struct key key_of_flow(const struct flow *flow);

/* True if a socket is connected to itself: both ends are the same. ICMP has no sockets. */
bool is_own_peer(const struct flow *flow);

/* The side of the flow, 0 or 1, that sends frames with this key; -1 if neither does. */
int sender_in(const struct flow *flow, const struct key *key);

/* A number for a hash table. It is the same for both directions of a conversation. */
size_t hash_key(const struct key *key);

#endif
