/* story_12.h - for the unit tests of lab 12: a story told frame by frame, without a capture.
 *
 *     struct told t;
 *     begin(&t, 0, IPPROTO_TCP, "127.0.0.1", 40312, "127.0.0.1", 5012);
 *     tell_tcp(&t, 0, TCP_SYN, 0, 0, "");
 */
#ifndef SOCKET_LABS_STORY_12_H
#define SOCKET_LABS_STORY_12_H

#include "../../labs/12-tcp-handshake/ladder/story.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_FLOWS = 4, TOLD_RUNGS = 16 };

/* 2024-05-01, 10:00 UTC; a millisecond passes between two frames. */
static const int64_t TOLD_BEGIN = 1714557600000000000, TOLD_STEP = 1000000;

struct told {
    struct story story;
    struct flow flows[TOLD_FLOWS];
    struct ladder ladders[TOLD_FLOWS];
    struct rung rungs[TOLD_RUNGS];
};

static inline void tell_nothing(struct told *t)
{
    memset(t, 0, sizeof *t);
    t->story.flows.all = t->flows;
    t->story.ladders = t->ladders;
}

/* Adds a conversation; the next frames belong to it. */
static inline void tell_flow(struct told *t, unsigned protocol, const char *left, uint16_t port,
                             const char *right, uint16_t right_port)
{
    struct flow *flow = &t->flows[t->story.flows.count++];
    flow->version = strchr(left, ':') ? 6 : 4;
    flow->protocol = protocol;
    inet_pton(flow->version == 6 ? AF_INET6 : AF_INET, left, flow->side[0].address);
    inet_pton(flow->version == 6 ? AF_INET6 : AF_INET, right, flow->side[1].address);
    flow->side[0].port = port;
    flow->side[1].port = right_port;
}

/* Adds a frame that the side `from` has sent. The caller fills in the rest. */
static inline struct rung *tell(struct told *t, unsigned from, const void *data, size_t len)
{
    size_t flow = t->story.flows.count - 1;
    struct ladder *ladder = &t->ladders[flow];
    struct rung *r = &t->rungs[t->story.count];
    r->at = TOLD_BEGIN + TOLD_STEP * (int64_t)t->story.count++;
    r->frame.version = t->flows[flow].version;
    r->frame.protocol = t->flows[flow].protocol;
    memcpy(r->frame.from, t->flows[flow].side[from].address, 16);
    r->step.flow = flow;
    r->step.from = from;
    memcpy(r->data, data, len < RUNG_DATA_MAX ? len : RUNG_DATA_MAX);
    r->frame.data = r->data;
    r->frame.data_len = len;
    r->frame.data_kept = len < RUNG_DATA_MAX ? len : RUNG_DATA_MAX;
    r->previous = ladder->last;
    if (ladder->last)
        ladder->last->next = r;
    else
        ladder->first = r;
    ladder->last = r;
    return r;
}

static inline struct rung *tell_tcp(struct told *t, unsigned from, unsigned flags, uint32_t seq,
                                    uint32_t ack, const char *data)
{
    struct rung *r = tell(t, from, data, strlen(data));
    r->frame.flags = flags;
    r->frame.window = 512;
    r->step.seq = seq;
    r->step.ack = ack;
    return r;
}

static inline void enter(struct rung *r, unsigned side, enum tcp_state state)
{
    r->step.state[side] = state;
    r->step.entered[side] = true;
}

/* Three frames and a lost one. */
static inline void tell_handshake(struct told *t)
{
    tell_nothing(t);
    tell_flow(t, IPPROTO_TCP, "127.0.0.1", 40312, "127.0.0.1", 5012);
    struct rung *r = tell_tcp(t, 0, TCP_SYN, 0, 0, "");
    enter(r, 0, SYN_SENT);
    enter(r, 1, LISTEN);
    r = tell_tcp(t, 1, TCP_SYN | TCP_ACK, 0, 1, "");
    r->step.state[0] = SYN_SENT;
    enter(r, 1, SYN_RECEIVED);
    r = tell_tcp(t, 0, TCP_ACK, 1, 1, "");
    enter(r, 0, ESTABLISHED);
    enter(r, 1, ESTABLISHED);
    r = tell_tcp(t, 1, TCP_PSH | TCP_ACK, 1, 1, "hi\n");
    r->step.state[0] = r->step.state[1] = ESTABLISHED;
    r->lost = true;
}

/* A payload that tries to get out of its text, in every form of drawing. */
static const char hostile[] = "</text><script>&\"';#%{\n\r\0\x7f\xff\xc3$$end";

/* What `write` writes; the caller frees it. NULL if it fails. */
static inline char *written(int (*write)(FILE *, const struct story *), const struct story *story)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    int result = out ? write(out, story) : -1;
    if (!out || fclose(out) == EOF || result == -1) {
        free(text);
        return NULL;
    }
    return text;
}

/* A full disk must be an error of `write`, one of the functions that write a story. */
static inline void assert_full_disk_is_an_error(int (*write)(FILE *, const struct story *),
                                                const struct story *story)
{
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    errno = 0;
    assert_int_equal(write(full, story), -1);
    assert_int_equal(errno, ENOSPC);
    fclose(full);
}

#endif
