/* delivery.h - hands a file over to a receiver: the sender's part of the protocol. */
#ifndef SOCKET_LABS_DELIVERY_H
#define SOCKET_LABS_DELIVERY_H

#include "offer.h"
#include "way.h"

/* How to send. */
struct manner {
    enum way way;
    size_t chunk;  /* bytes a call, at most */
    long patience; /* seconds that the receiver may do nothing */
};

/* Sends the offer, what the receiver does not have of the file, and waits for the thanks. Says each
 * step. If one fails, prints why, and exits 1. SIGPIPE must be ignored. */
void deliver(int fd, int file, const struct offer *offer, const struct manner *manner);

#endif
