/* firewall.h - hears from the firewall what it drops. A packet socket cannot know: it sees a frame
 * on the wire, before any rule. But a rule with `log group N` tells, by netlink:
 *
 *     nft add rule inet loss in udp dport 5012 log group 2 drop
 *
 * Needs CAP_NET_ADMIN in the network namespace. Nothing here prints or exits. */
#ifndef SOCKET_LABS_FIREWALL_H
#define SOCKET_LABS_FIREWALL_H

#include "drops.h"

struct firewall {
    int fd; /* the netlink socket, readable when the firewall has told something; -1: none */
    struct drops *drops;
    uint32_t missed; /* how many packets found no room, in the socket's buffer or in `drops` */
};

/* Asks to be told of what is logged to the group. Returns 0, or -1 with errno: EPERM without the
 * privilege, or if another program listens to the group. Call close_firewall in both cases. */
int open_firewall(struct firewall *firewall, uint16_t group);

/* Takes all that the firewall has told so far, and counts what it could not tell. Returns 0, or -1
 * with errno. */
int hear_firewall(struct firewall *firewall);

/* The same, but first lets the firewall finish with every frame that is in the capture already. */
int hear_firewall_out(struct firewall *firewall);

void close_firewall(struct firewall *firewall);

#endif
