/* flow.h - one direction of a relayed connection: what has
 * been read and not yet sent, and how its end goes on. */
#ifndef SOCKET_LABS_FLOW_H
#define SOCKET_LABS_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLOW_ROOM = 262144 }; /* a flow never keeps more; with less it makes more calls */

struct flow {
    char *data;  /* FLOW_ROOM bytes, or NULL if it goes by splice */
    int pipe[2]; /* for splice; else -1 */
    size_t from,
        to;         /* data[from] to data[to] has not been sent; or so many bytes are in the pipe */
    bool ended;     /* the source has sent its end of stream */
    bool passed;    /* and that has been passed on */
    uint64_t total; /* bytes that have been passed on */
};

/* Makes an empty flow. Returns 0, or -1 with errno set. */
int open_flow(struct flow *f, bool by_splice);
void close_flow(struct flow *f);

/* Puts bytes at the beginning of a flow, at most
 * 4096, before anything was moved. Returns 0 or -1. */
int put_first(struct flow *f, const char *data, size_t len);

/* True if there is something to send. If not, the flow may read, until the stream has ended. It
 * never reads while it has something: that is all that back-pressure needs. */
bool has_rest(const struct flow *f);
bool may_read(const struct flow *f);

/* Moves what can be moved without waiting, from one descriptor to the other, both non-blocking. At
 * the end of the stream, when all has been sent, passes it on: shutdown(2) of this direction, and
 * of no other. Returns 0, or -1 with errno set if one of the two ends is gone. */
int move(struct flow *f, int from_fd, int to_fd);

#endif
