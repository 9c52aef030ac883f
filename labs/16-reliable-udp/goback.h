/* goback.h - go-back-N: sends a file so that all of
 * it comes, in order, over a network that loses. */
#ifndef SOCKET_LABS_GOBACK_H
#define SOCKET_LABS_GOBACK_H

#include <stdint.h>

struct transfer {
    int fd, file_fd;
    uint32_t packets; /* in all: the data, and the end */
    uint32_t size;    /* of a packet's data, in bytes */
    uint32_t window;  /* how many may be under way; with 1 this is stop-and-wait */
    uint64_t timeout; /* how long it waits for an acknowledgement, in microseconds */
    uint32_t most;    /* so many different packets have been sent */
    unsigned long sent, timeouts;
};

enum { PATIENCE = 20 }; /* time-outs in a row */

/* Sends all packets until all are acknowledged. Returns 0; or -1 with errno set: ETIMEDOUT after
 * PATIENCE time-outs without an acknowledgement, ECONNREFUSED if nobody has the port. */
int send_file(struct transfer *transfer);

#endif
