/* incoming.h - the receiver's half of go-back-N: takes what comes in order, and acknowledges. */
#ifndef SOCKET_LABS_INCOMING_H
#define SOCKET_LABS_INCOMING_H

#include <stdbool.h>
#include <stdint.h>

struct incoming {
    int fd, file_fd;
    uint16_t next; /* the number that must come next: all before it have come */
    bool ended;    /* the end has come, and all before it */
    /* The window of a sender to which garbage is sent
     * before each acknowledgement, or 0 for none. */
    uint16_t garbage;
    unsigned long early, again, foreign; /* what was thrown away */
};

/* Receives one datagram, and acknowledges it if it is a packet. If it
 * is the one that must come next, its data go to the file. Returns 0;
 * or -1 with errno set, if recvfrom(2) or write(2) failed. */
int take_packet(struct incoming *in);

#endif
