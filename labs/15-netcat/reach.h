/* reach.h - how nc comes to a connection, and what it is worth. */
#ifndef SOCKET_LABS_REACH_H
#define SOCKET_LABS_REACH_H

#include "addr.h"

/* Connects a socket of `type`, SOCK_STREAM or SOCK_DGRAM, to `peer`, from the
 * port `own_port` of this machine, or 0 if the kernel shall choose. Waits at most
 * `wait` milliseconds for an answer, -1 means as long as the kernel does. Returns
 * a non-blocking descriptor, or -1 with errno set: ETIMEDOUT if no answer came. */
int reach(const struct endpoint *peer, int type, uint16_t own_port, int wait);

/* True if a connected TCP socket has met nobody but
 * itself: both ends have the same address and port. */
bool is_itself(int fd);

/* A UDP socket bound to `where`, or -1 with errno set. */
int udp_bind(const struct endpoint *where);

/* Waits for the first datagram at `fd`, leaves it there, and connects to its sender: from then on
 * the kernel puts nothing of others into its queue. Returns 0, or -1 with errno set. */
int connect_to_first(int fd);

/* Writes the datagrams of all senders to standard output, for ever. Returns -1 with errno set. */
int hear_all(int fd);

#endif
