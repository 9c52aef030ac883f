/* echo.h - the service itself: each byte that comes goes back. Once for servers that may wait for
 * one client, and once for servers that must not. */
#ifndef SOCKET_LABS_ECHO_H
#define SOCKET_LABS_ECHO_H

#include <stdbool.h>
#include <stddef.h>

/* Serves one client to its end, and waits wherever it must: for its bytes, and until it has taken
 * the answer. Does not close the connection. */
void serve_client(int conn_fd);

/* What a client has not yet taken of its answer. Without such a rest, which is nearly always, there
 * is no memory to hold it: `data` is NULL. */
struct rest {
    char *data;
    size_t from, to;
};

/* Serves one client as far as it goes without waiting: takes what has
 * come, and sends as much of it as the kernel takes; what is left becomes
 * `rest`, which is sent first the next time, before anything else is read.
 * Returns what to wait for before the next call: POLLIN for its bytes, or POLLOUT for room. Or 0 if
 * the client has gone; then `rest` is empty. With `wait`, waits until the kernel has taken all. */
short serve_some(int conn_fd, struct rest *rest, bool wait);

#endif
