/* listener.h - lab 09: a socket that shares its port.
 * Nothing here prints but traces, and nothing exits. */
#ifndef REUSEPORT_LISTENER_H
#define REUSEPORT_LISTENER_H

#include "addr.h"

/* Opens a non-blocking socket of `type` at `where`: SOCK_STREAM listens there,
 * SOCK_DGRAM is bound. `option` is SO_REUSEPORT to share the address, SO_REUSEADDR
 * for lab 05's, or 0 for none. Returns the descriptor, which the caller closes, or
 * -1 with errno set. Calls socket(2), setsockopt(2), bind(2), listen(2). */
int open_listener(const struct endpoint *where, int type, int option);

/* Closes `fd` and keeps errno. Returns -1, so that a caller can `return close_failed(fd)`. */
int close_failed(int fd);

#endif
