/* story.h - keeps a capture to draw it when it is over, because only then do we know what was lost.
 * Each conversation is a ladder, and each of its frames a rung.
 *
 * Rungs never move, so a pointer to one stays valid. The memory grows, and the caller frees it. */
#ifndef SOCKET_LABS_STORY_H
#define SOCKET_LABS_STORY_H

#include "flow.h"

enum { RUNG_DATA_MAX = 48 }; /* bytes of a frame's data that are kept */

struct rung {
    int64_t at;         /* nanoseconds since 1970, UTC */
    struct frame frame; /* its data are those below */
    struct step step;
    bool lost;                   /* dropped; or sent again before an ACK came, or never answered */
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
    struct chunk *chunks; /* where the rungs are, the newest first */
    size_t count, room;   /* rungs, and how many there is memory for */
};

/* Takes the next frame, which was sent at the time `at`. Returns its rung; or NULL if it belongs to
 * no conversation (errno 0) or there is no memory for it (ENOMEM). */
struct rung *add_rung(struct story *story, const struct frame *frame, int64_t at);

/* Call it after the last frame. What a side sent again at the very end, without an answer, was
 * lost. */
void end_story(struct story *story);

void free_story(struct story *story);

#endif
