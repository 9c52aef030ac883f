/* story.h - all that was captured, to be drawn when it is over: every frame, in its order, and for
 * each conversation the way from frame to frame. Only then is it known what was lost.
 *
 * A rung is one frame of a ladder. Rungs never move, so a pointer to one stays good. The memory
 * grows, and is the caller's to free. */
#ifndef SOCKET_LABS_STORY_H
#define SOCKET_LABS_STORY_H

#include "flow.h"

enum {
    RUNG_DATA_MAX = 48, /* bytes of a frame's data that are kept */
    STORY_CHUNK = 1024, /* rungs that are allocated at once */
};

struct rung {
    int64_t at;         /* nanoseconds since 1970, UTC */
    struct frame frame; /* its data: those below */
    struct step step;
    bool lost;                   /* it was sent again before anybody acknowledged it */
    struct rung *previous;       /* of its conversation, or NULL */
    struct rung *next;           /* of its conversation, or NULL */
    uint8_t data[RUNG_DATA_MAX]; /* its first bytes */
};

/* A conversation's first and last rung. */
struct ladder {
    struct rung *first, *last;
};

/* All zero is empty. */
struct story {
    struct flows flows;     /* flows.all[i] is the conversation of ladders[i] */
    struct ladder *ladders; /* flows.count of them */
    size_t ladders_room;
    struct rung **chunks; /* STORY_CHUNK rungs each, in the order of their capture */
    size_t count;         /* rungs in all */
};

/* Takes the next frame, which was sent at the time `at`. Returns its rung; or NULL, where it belongs
 * to no conversation (errno 0) or there is no memory for it (ENOMEM). */
struct rung *add_rung(struct story *story, const struct frame *frame, int64_t at);

/* The rung of that number, from 0 to story->count - 1. */
struct rung *rung_at(const struct story *story, size_t number);

void free_story(struct story *story);

#endif
