/* capture.h - frames from a network interface, by a packet socket with a ring (packet(7) and the
 * kernel's Documentation/networking/packet_mmap.rst). The kernel writes the frames into memory that
 * it shares with us, so reading a frame takes no system call.
 *
 * Needs CAP_NET_RAW in the network namespace. Nothing here prints or exits. */
#ifndef SOCKET_LABS_CAPTURE_H
#define SOCKET_LABS_CAPTURE_H

#include "pcap.h"

#include <net/if.h>

struct capture {
    int fd;              /* the packet socket; readable when there are frames */
    enum link_type link; /* what its frames begin with */
    uint8_t *ring;       /* `blocks` blocks of CAPTURE_BLOCK bytes each */
    unsigned blocks;     /* how many there are */
    unsigned block;      /* the one that we are reading, or waiting for */
    unsigned left;       /* how many of its frames we have not read yet */
    uint8_t *next;       /* the first of them */
    bool holds;          /* the block is ours, and must be given back */
    uint64_t number;     /* of the block that we are reading: 1, 2, 3 ... */
    bool all;            /* all interfaces, not one */
    uint64_t taken;      /* frames that were in the ring */
    uint64_t counted;    /* frames that the kernel saw, the dropped ones included */
    uint64_t dropped;    /* how many of those found no room in the ring */
};

enum { CAPTURE_BLOCK = 1 << 20 }; /* bytes */

/* Starts to capture on the interface of that name; for "any", on all whose frames begin like
 * Ethernet's. A loopback shows each frame once, on its way in. Returns 0, or -1 with errno: ENODEV
 * if there is no such interface, EPROTONOSUPPORT if link.h does not know what its frames begin
 * with, EPERM without the privilege. Call close_capture in both cases. */
int open_capture(struct capture *capture, const char *interface);

/* Takes the next frame out of the ring. Returns false if there is none now. *frame is valid until
 * the next call. */
bool next_captured(struct capture *capture, struct captured *frame);

/* How many blocks are ours now: the one that we are reading, and those behind it. */
unsigned count_blocks(const struct capture *capture);

/* Asks the kernel how many frames it has seen so far, and sets `counted` and `dropped`. When
 * taken + dropped has reached this `counted`, we have taken all of them. Returns 0 or -1. */
int count_captured(struct capture *capture);

/* Why the socket can hear no more: ENETDOWN if the interface is down or gone. 0 if it can. poll(2)
 * returns at once, each time, until somebody has asked. */
int capture_error(const struct capture *capture);

void close_capture(struct capture *capture);

#endif
