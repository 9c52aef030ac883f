/* drops.h - which packets the firewall has dropped, by what it tells. For each packet that meets a
 * rule with `log group N` nfnetlink_log sends a message, with the packet's first bytes
 * (linux/netfilter/nfnetlink_log.h; netlink(7)).
 *
 * Pure: no socket, no clock. Whatever bytes come, it never reads beyond their end. */
#ifndef SOCKET_LABS_DROPS_H
#define SOCKET_LABS_DROPS_H

#include "../../11-packet-headers/pcap.h"

/* How much of a packet we ask for: enough to tell it from all others that come near it. */
enum { DROP_BYTES = 64 };

/* How many packets are remembered until their frames come; of more, the newest. */
enum { DROPS_MAX = 16384 };

struct drop {
    size_t len;
    uint8_t bytes[DROP_BYTES]; /* from the IP header on */
};

/* All zero is empty. */
struct drops {
    struct drop all[DROPS_MAX]; /* a ring */
    size_t oldest, count;
    uint32_t forgotten; /* because there were too many */
};

/* Remembers the packets of the messages that one recv(2) has returned. Other messages, and broken
 * ones, are skipped. */
void add_drops(struct drops *drops, const void *messages, size_t len);

/* True if the frame is one of the remembered packets, which is then forgotten. Of packets with the
 * same bytes, the oldest. */
bool take_drop(struct drops *drops, enum link_type link, const struct captured *frame);

#endif
