/* link.h - the header of the link that a frame begins with: Ethernet's, or another one. */
#ifndef SOCKET_LABS_LINK_H
#define SOCKET_LABS_LINK_H

#include "rest.h"

/* True if frames of that link type can be read. */
bool knows_link(enum link_type link);

/* The name of a link type that we know, but cannot read: "Wi-Fi with radiotap headers"; or "". A
 * constant string. */
const char *link_name(enum link_type link);

/* What frames begin with on an interface of that hardware, one of ARPHRD_... (<net/if_arp.h>).
 * Returns 0, or -1 with EPROTONOSUPPORT. */
int link_of_hardware(unsigned kind, enum link_type *link);

/* Skips the link's header. Returns true if an IP packet follows; if not, the verdict says why. */
bool strip_link(enum link_type link, struct rest *r, struct frame *f);

#endif
