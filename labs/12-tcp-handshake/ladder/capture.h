/* capture.h - frames from a network interface, through a packet socket with a ring (packet(7) and
 * Documentation/networking/packet_mmap.rst): the kernel writes each frame into memory that we share
 * with it, so that no system call is needed for a frame.
 *
 * Needs CAP_NET_RAW in the network namespace. Nothing here prints or exits. */
#ifndef SOCKET_LABS_CAPTURE_H
#define SOCKET_LABS_CAPTURE_H

#include "pcap.h"

#include <net/if.h>

struct capture {
    int fd;              /* readable when there are frames */
    enum link_type link; /* what its frames begin with */
    uint8_t *ring;       /* `blocks` blocks of CAPTURE_BLOCK bytes each */
    unsigned blocks;     /* how many */
    unsigned block;      /* the one that we read, or wait for */
    unsigned left;       /* frames of it that have not been given out */
    uint8_t *next;       /* the first of them */
    bool holds;          /* the block is ours: it must be given back */
    bool all;            /* all interfaces, not one */
    uint64_t taken;      /* frames that were in the ring */
    uint64_t counted;    /* frames that the kernel saw, the dropped ones included */
    uint64_t dropped;    /* of those, how many did not fit into the ring */
};

enum { CAPTURE_BLOCK = 1 << 20 }; /* bytes */

/* Captures from now on, on the interface of that name, or on all of them for "any". On a loopback
 * each frame is seen once, on its way in. All means those whose frames begin as Ethernet's do. Returns
 * 0, or -1 with errno: ENODEV where there is no such interface, EPROTONOSUPPORT where its frames begin
 * in a way that frame.h does not know, EPERM without the privilege. To be closed with close_capture in both cases. */
int open_capture(struct capture *capture, const char *interface);

/* Takes the next frame out of the ring, if there is one: returns true, and *frame is good until the
 * next call. */
bool next_captured(struct capture *capture, struct captured *frame);

/* Asks the kernel how many frames it has seen up to now, and sets `counted` and `dropped`. All that
 * is captured has been taken when taken + dropped reaches this `counted`. Returns 0 or -1. */
int count_captured(struct capture *capture);

void close_capture(struct capture *capture);

#endif
