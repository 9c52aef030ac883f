/* crowd.h - the clients that are no good company:
 * silent ones, one that never reads, one that is slow. */
#ifndef SOCKET_LABS_CROWD_H
#define SOCKET_LABS_CROWD_H

#include "addr.h"

#include <stddef.h>

/* Connects a client, and waits for that at most `patience` milliseconds.
 * Returns the descriptor, or -1 with errno set: EINPROGRESS if the
 * server's kernel has not answered in that time, EMFILE, EADDRNOTAVAIL ... */
int connect_client(const struct endpoint *server, long patience);

/* Connects clients that then say nothing, and leaves them open. Says how many are connected. If one
 * does not get through, says why, and the rest is not tried. */
void add_silent(const struct endpoint *server, size_t count, long patience);

/* Connects clients that send and never read, one after the other, each
 * until nobody has taken a byte of it for a tenth of a second. Says
 * how much was taken. Prints why and exits 1 if one cannot connect. */
void add_floods(const struct endpoint *server, size_t count, long patience);

/* Connects clients that send a line of 25 bytes, one each 20 ms, and then close. Returns when their
 * first byte is sent; the others follow while the program does something else. */
void add_drips(const struct endpoint *server, size_t count, long patience);

#endif
