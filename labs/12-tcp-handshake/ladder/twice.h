/* twice.h - frames that were captured twice: on a bridge or a router that is heard on all its
 * interfaces, or at a mirror port. Nothing was sent again then, so they are drawn once: in a file,
 * and from "any". On one interface, the same packet again was made on the way there, and is drawn.
 *
 * A copy is the same packet, a moment later, and has passed one router at most. What a host sends
 * again has another IPv4 identification. Where there is none, a copy comes right behind its
 * original, or other copies have shown that this capture has them. */
#ifndef SOCKET_LABS_TWICE_H
#define SOCKET_LABS_TWICE_H

#include "../../11-packet-headers/frame.h"

enum { RECENT_MAX = 64 }; /* frames that are remembered: more do not pass between two copies */

/* A frame that has passed. */
struct recent_frame {
    int64_t at;
    struct frame frame;
    unsigned *remarks; /* where what is remarkable about it is kept; or NULL */
    uint64_t older;    /* the number of the one before it with the same hash; 0: none */
};

enum { RECENT_HASHES = 256 };

/* All zero is empty. */
struct recent {
    struct recent_frame all[RECENT_MAX]; /* number 1 is in all[0], the next one in all[1] ... */
    uint64_t last[RECENT_HASHES];        /* the number of the last one with this hash; 0: none */
    uint64_t count;                      /* of frames that were not copies, all in all */
    uint64_t copies;                     /* and of copies */
};

/* Takes the next frame, captured at this time (ns). If it is a copy, returns its original; if not,
 * remembers it and returns NULL. What says too little to be told apart is neither. */
struct recent_frame *find_original(struct recent *recent, const struct frame *frame, int64_t at);

/* The frame that was remembered last. */
struct recent_frame *newest(struct recent *recent);

#endif
