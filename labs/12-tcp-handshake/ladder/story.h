/* story.h - all that was captured, to be drawn when it is over: every frame, in its order, and for
 * each conversation the way from frame to frame. Only then is it known what was lost.
 *
 * A rung is one frame of a ladder. Rungs never move, so a pointer to one stays good. The memory
 * grows, and is the caller's to free. */
#ifndef SOCKET_LABS_STORY_H
#define SOCKET_LABS_STORY_H

#include "flow.h"

enum { RUNG_DATA_MAX = 48 }; /* bytes of a frame's data that are kept */

struct rung {
    int64_t at;         /* nanoseconds since 1970, UTC */
    struct frame frame; /* its data: those below */
    struct step step;
    bool lost;                   /* sent again before it was acknowledged, or nobody answered */
    struct rung *previous;       /* of its conversation, or NULL */
    struct rung *next;           /* of its conversation, or NULL */
    uint8_t data[RUNG_DATA_MAX]; /* its first bytes */
};

/* A conversation's first and last rung. */
struct ladder {
    struct rung *first, *last;
};

struct chunk;

/* All zero is empty. */
struct story {
    struct flows flows;     /* flows.all[i] is the conversation of ladders[i] */
    struct ladder *ladders; /* flows.count of them */
    size_t ladders_room;
    struct chunk *chunks; /* where the rungs are, the youngest first */
    size_t count, room;   /* rungs in all, and how many there is memory for */
};

/* Takes the next frame, which was sent at the time `at`. Returns its rung; or NULL, where it belongs
 * to no conversation (errno 0) or there is no memory for it (ENOMEM). */
struct rung *add_rung(struct story *story, const struct frame *frame, int64_t at);

/* To be called when no frame comes any more: what was sent again, and again in vain, was lost. */
void end_story(struct story *story);

void free_story(struct story *story);

#endif
