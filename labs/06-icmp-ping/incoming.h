/* incoming.h - sorts what ping receives: each packet is counted, and reported if it concerns us. */
#ifndef SOCKET_LABS_INCOMING_H
#define SOCKET_LABS_INCOMING_H

#include "options.h"
#include "packet.h"
#include "stats.h"

/* Counts the packet in *stats and, without -q, prints a line about it. Returns true if it is a
 * whole answer to one of our probes, or an error about one. */
bool take_packet(const struct packet *packet, const struct ping_socket *s,
                 const struct options *opt, struct stats *stats);

#endif
