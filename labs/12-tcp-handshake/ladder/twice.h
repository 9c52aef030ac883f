/* twice.h - frames that were captured twice: on a bridge or a router that is heard on all its
 * interfaces, or at a mirror port. Nothing was sent again then, so they are drawn once.
 *
 * A copy is the same packet, a moment later, and has passed one router at most. What a host sends
 * again has another IPv4 identification. Where there is none, a copy comes right behind its
 * original, or other copies have shown that this capture has them. */
#ifndef SOCKET_LABS_TWICE_H
#define SOCKET_LABS_TWICE_H

#include "frame.h"

enum { RECENT_MAX = 64 }; /* frames that are remembered: more do not pass between two copies */

/* A frame that has passed. */
struct recent_frame {
    int64_t at;
    struct frame frame;
    unsigned *remarks; /* where what is remarkable about it is kept; or NULL */
};

/* All zero is empty. */
struct recent {
    uint32_t keys[RECENT_MAX]; /* of all[]: equal for the same packet, and seldom for others */
    struct recent_frame all[RECENT_MAX];
    uint64_t count;  /* of frames that were not copies, all in all */
    uint64_t copies; /* and of copies */
};

/* Takes the next frame, captured at this time (ns). If it is a copy, returns its original; if not,
 * remembers it and returns NULL. What says too little to be told apart is neither. */
struct recent_frame *find_original(struct recent *recent, const struct frame *frame, int64_t at);

/* The frame that was remembered last. */
struct recent_frame *newest(struct recent *recent);

#endif
