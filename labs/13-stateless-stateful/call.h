/* call.h - a request and its answer over UDP: asks again until the answer comes.
 * Prints nothing but traces. */
#ifndef LAB_13_CALL_H
#define LAB_13_CALL_H

#include "addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct caller {
    int fd;              /* a datagram socket, connected to the server */
    int patience, tries; /* milliseconds for each try; how many tries */
    long calls, requests, bytes_there, bytes_back, strays;
};

/* Opens the socket, from `local_port` if that is not 0. Returns 0, or -1 with errno set. */
int open_caller(struct caller *caller, const struct endpoint *server, uint16_t local_port);

/* True if the `len` bytes are the answer to this request; anything else is ignored. */
typedef bool is_answer(const void *request, const unsigned char *data, size_t len);

/* Sends `len` bytes of `data`, up to `tries` times, until a datagram
 * comes that is the answer to `request`. Returns its length in `answer`,
 * which has room for `room` bytes, or -1 with errno set: ETIMEDOUT. */
ssize_t call(struct caller *caller, const void *data, size_t len, is_answer *fits,
             const void *request, unsigned char *answer, size_t room);

#endif
