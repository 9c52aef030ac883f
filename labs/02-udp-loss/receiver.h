/* receiver.h - the receiving socket: open it, take a datagram from it, ask it what it dropped. Each
 * function returns -1 with errno set on failure. With -v each call is traced with its result. */
#ifndef SOCKET_LABS_RECEIVER_H
#define SOCKET_LABS_RECEIVER_H

#include "datagram.h"

enum { SYSTEM_DEFAULT = -1 }; /* for the size of a buffer */

/* A UDP socket that is bound to `where`, with a receive buffer of the size
 * that you ask for, and that stamps each datagram with the drops before it.
 * Calls socket(2), setsockopt(2) with SO_RCVBUF and SO_RXQ_OVFL (socket(7))
 * and bind(2). Returns the descriptor, which the caller closes, or -1. */
int open_receiver(const struct endpoint *where, int buffer);

/* The size of the receive buffer in bytes, or -1. It is twice what you asked for: the kernel pays
 * its own bookkeeping from it (socket(7)). */
int buffer_size(int fd);

/* Waits for a datagram (with MSG_DONTWAIT in `flags` it fails with EAGAIN instead), and keeps its
 * first `room` bytes, at most DATAGRAM_MAX. Returns 0 or -1. Calls recvmsg(2). */
int receive_datagram(int fd, int flags, size_t room, struct datagram *datagram);

/* How many datagrams this socket has dropped so far, because its buffer was full (SO_MEMINFO).
 * Returns 0 or -1. */
int count_drops(int fd, uint32_t *drops);

#endif
