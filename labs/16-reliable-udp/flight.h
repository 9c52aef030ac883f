/* flight.h - the frames that are on their way, in the order in which they will arrive. */
#ifndef SOCKET_LABS_FLIGHT_H
#define SOCKET_LABS_FLIGHT_H

#include <stddef.h>
#include <stdint.h>

enum { FLIGHT_MOST = 8192 }; /* frames */

struct flying {
    struct flying *next;
    uint64_t due; /* when it arrives */
    int to;       /* at which end */
    size_t len;
    unsigned char bytes[];
};

struct flight {
    struct flying *first, *last;
    unsigned count;
};

/* A copy of the frame takes off. It lands behind all that are due at the same time or before.
 * Returns 0, or -1 if there are FLIGHT_MOST already, or no memory. */
int take_off(struct flight *flight, const unsigned char *bytes, size_t len, int to, uint64_t due);

/* Returns the first one if it is due by `now`, and the caller frees it; else NULL. */
struct flying *land(struct flight *flight, uint64_t now);

/* When the next one is due, or UINT64_MAX. */
uint64_t next_landing(const struct flight *flight);

#endif
