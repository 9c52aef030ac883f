/* story.c - keeps the frames, and finds which were lost; story.h describes each function. */
#include "story.h"

#include "numbers.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* How many frames back we look for the one that is sent again: never more than this are on their
 * way. */
enum { LOOK_BACK = 4096 };

/* Rungs are allocated this many at a time, and stay where they are. */
enum { CHUNK_RUNGS = 512 };

struct chunk {
    struct chunk *older;
    struct rung rungs[CHUNK_RUNGS];
};

/* Makes room for one more rung and one more ladder. Returns 0, or -1 with ENOMEM. */
static int make_room(struct story *story)
{
    if (story->count == story->room) {
        struct chunk *chunk = malloc(sizeof *chunk);
        if (!chunk)
            return -1;
        chunk->older = story->chunks;
        story->chunks = chunk;
        story->room += CHUNK_RUNGS;
    }
    if (story->flows.count < story->ladders_room)
        return 0;
    size_t room = story->ladders_room > 0 ? story->ladders_room * 2 : 8;
    struct ladder *ladders = realloc(story->ladders, room * sizeof *ladders);
    if (!ladders)
        return -1;
    memset(ladders + story->ladders_room, 0, (room - story->ladders_room) * sizeof *ladders);
    story->ladders = ladders;
    story->ladders_room = room;
    return 0;
}

/* A lost FIN did not take the other side to TIME-WAIT, as flow.c thought when it passed by. Returns
 * true if that had to be taken back. */
static bool take_back(struct rung *lost)
{
    unsigned to = 1 - lost->step.from;
    if (!lost->step.entered[to] || lost->step.state[to] != TIME_WAIT || !lost->previous)
        return false;
    enum tcp_state was = lost->previous->step.state[to];
    for (struct rung *r = lost; r && r->step.state[to] == TIME_WAIT; r = r->next)
        r->step.state[to] = was;
    lost->step.entered[to] = false;
    lost->step.passed[to] = STATE_UNKNOWN;
    return true;
}

/* It is the FIN that was sent again that does it. */
static void lose(struct rung *lost, struct rung *again)
{
    unsigned to = 1 - lost->step.from;
    lost->lost = true;
    if (!take_back(lost) || !(again->frame.flags & TCP_FIN))
        return;
    if (again->step.state[to] == FIN_WAIT_1)
        again->step.passed[to] = FIN_WAIT_2;
    again->step.state[to] = TIME_WAIT;
    again->step.entered[to] = true;
}

/* `again` repeats sequence numbers that have passed before. A frame that began with one of them was
 * lost, unless it has been acknowledged: then the acknowledgement was lost, or the sender was
 * impatient. A frame that began before them was not lost: only its end is sent again, so its
 * beginning has arrived. */
static void find_lost(struct rung *again)
{
    uint32_t first = again->frame.seq, end = first + sequence_len(&again->frame);
    unsigned from = again->step.from;
    struct rung *r = again->previous;
    for (int i = 0; r && i < LOOK_BACK; i++, r = r->previous) {
        const struct frame *f = &r->frame;
        uint32_t len = sequence_len(f);
        if (r->step.from != from) {
            if (f->flags & TCP_ACK && before(first, f->ack))
                return;
        } else if (len > 0) {
            if (!r->lost && !before(f->seq, first) && before(f->seq, end))
                lose(r, again);
            if (!before(first, f->seq) && before(first, f->seq + len))
                return;
        }
    }
}

static void append(struct ladder *ladder, struct rung *r)
{
    r->previous = ladder->last;
    r->next = NULL;
    if (ladder->last)
        ladder->last->next = r;
    else
        ladder->first = r;
    ladder->last = r;
}

struct rung *add_rung(struct story *story, const struct frame *frame, int64_t at)
{
    errno = 0;
    if (make_room(story) == -1)
        return NULL;
    struct rung *r = &story->chunks->rungs[story->count % CHUNK_RUNGS];
    int result = add_frame(&story->flows, frame, &r->step);
    if (result == -1)
        errno = ENOMEM;
    if (result != 1)
        return NULL;
    story->count++;
    r->at = at;
    r->frame = *frame;
    r->lost = frame->lost;
    if (r->frame.data_kept > RUNG_DATA_MAX)
        r->frame.data_kept = RUNG_DATA_MAX;
    if (r->frame.data_kept > 0)
        memcpy(r->data, frame->data, r->frame.data_kept);
    r->frame.data = r->data;
    append(&story->ladders[r->step.flow], r);
    if (r->step.remarks & SENT_AGAIN)
        find_lost(r);
    return r;
}

void end_story(struct story *story)
{
    for (size_t i = 0; i < story->flows.count; i++) {
        struct rung *r = story->ladders[i].last;
        unsigned from = r->step.from;
        for (; r && r->step.from == from && r->step.remarks & SENT_AGAIN; r = r->previous) {
            r->lost = true;
            take_back(r);
        }
    }
}

void free_story(struct story *story)
{
    for (struct chunk *chunk = story->chunks; chunk;) {
        struct chunk *older = chunk->older;
        free(chunk);
        chunk = older;
    }
    free(story->ladders);
    free_flows(&story->flows);
    *story = (struct story){0};
}
