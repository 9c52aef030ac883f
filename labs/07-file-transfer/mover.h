/* mover.h - moves a known number of bytes from one descriptor to another, in one of three ways. */
#ifndef SOCKET_LABS_MOVER_H
#define SOCKET_LABS_MOVER_H

#include "progress.h"
#include "way.h"

#include <stddef.h>
#include <stdint.h>

/* One for each transfer: what is left in the pipe after a failure must not reach the next one. */
struct mover {
    enum way way;
    size_t chunk;              /* bytes that one call may move */
    int pipe[2];               /* of splice */
    void *buffer;              /* of read */
    struct progress *progress; /* told of each chunk */
    uint64_t done;             /* bytes moved so far */
    bool putting;              /* after a failure: it was the side that takes the bytes */
};

/* Gets what the way needs: a buffer, or a pipe that holds a chunk (fcntl(2), F_SETPIPE_SZ), or less
 * where the kernel allows less. Returns 0, or -1 with errno set. */
int start_mover(struct mover *m, enum way way, size_t chunk, struct progress *progress);

/* Moves `len` bytes. A file is read and written from its position on. Raises
 * SIGPIPE if the peer is gone, unless it is ignored: sendfile(2) and splice(2)
 * have no MSG_NOSIGNAL. Returns 0, or -1 with errno set: ENODATA if `from`
 * ended first, EAGAIN if the time of SO_RCVTIMEO or SO_SNDTIMEO is over. */
int move_bytes(struct mover *m, int from, int to, uint64_t len);

void end_mover(struct mover *m);

#endif
