/* reading.h - reads a file of the server piece by piece, and says in each request what it must. */
#ifndef LAB_13_READING_H
#define LAB_13_READING_H

#include "call.h"
#include "message.h"
#include "piece.h"

struct reading {
    struct caller caller;
    const char *name; /* NAME_LEN bytes at most */
    bool stateless;
    uint16_t id;    /* of the last request */
    uint32_t place; /* stateless: where the next piece begins */
    struct message
        cookie; /* otherwise: what the server gave us for the next request, maybe nothing */
};

/* Opens the file, unless the server is stateless and need not know. Returns 0, or -1 with errno
 * set: ETIMEDOUT if no answer came, EPROTO if it was E; then cookie.body says why. */
int begin_reading(struct reading *reading);

/* Asks for the next piece. Returns its length, 0 at the end of the file, or -1 as above. */
ssize_t next_piece(struct reading *reading, unsigned char piece[static BODY_MAX]);

#endif
