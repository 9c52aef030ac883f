/* cable.h - an end of the cable: a packet socket on one interface (packet(7)). With two of them a
 * program is a cable: what it reads at one end, it writes at the other. */
#ifndef SOCKET_LABS_CABLE_H
#define SOCKET_LABS_CABLE_H

#include <stddef.h>
#include <sys/types.h>

enum { FRAME_MAX = 2048 };

/* Opens the end at this interface: socket(2), bind(2). It reads whole frames of every protocol,
 * with their Ethernet headers, but not those that it has sent itself. Needs CAP_NET_RAW. Returns
 * the descriptor, which does not block, or -1 with errno set. */
int open_end(const char *interface);

/* Reads a frame; returns its length, or -1 with errno set: EAGAIN if there is none. */
ssize_t read_frame(int fd, unsigned char frame[static FRAME_MAX]);

/* Puts a frame on the wire. Returns 0 or -1. */
int write_frame(int fd, const unsigned char *frame, size_t len);

/* How many frames the kernel has dropped since the last call, because its buffer for us was full
 * (PACKET_STATISTICS); or -1. */
long dropped_frames(int fd);

#endif
