/* pool.h - the servers that a relay may relay to: whose
 * turn it is, and who is out because it did not answer. */
#ifndef SOCKET_LABS_POOL_H
#define SOCKET_LABS_POOL_H

#include "addr.h"

#include <stddef.h>
#include <stdint.h>

enum { POOL_MAX = 16 };

struct pool {
    struct endpoint place[POOL_MAX];
    int64_t out_until[POOL_MAX]; /* a time in ms; it gets no client before */
    size_t len, next;
};

/* Adds the server at that place, as parse_place reads
 * it. Returns false if it is none, or one too many. */
bool add_server(struct pool *pool, const char *place);

/* Returns the number of the next server, in turn, that
 * is not out at the time `now`; or -1 if all are. */
int next_server(struct pool *pool, int64_t now);

/* That server did not answer: it is out until the time `until`. */
void put_out(struct pool *pool, int number, int64_t until);

/* Milliseconds of a clock that nobody sets. */
int64_t now_ms(void);

#endif
