/* overhead.h - how many bytes of the frames each layer has taken. */
#ifndef SOCKET_LABS_OVERHEAD_H
#define SOCKET_LABS_OVERHEAD_H

#include "layers.h"

struct overhead {
    unsigned long long frames, bytes;
    unsigned long long of[LAYER_KINDS];
};

/* Adds a frame of that many bytes. */
void add_frame(struct overhead *overhead, const struct layers *seen, size_t len);

/* Prints a line for each layer that took bytes, and one for what is behind the packet. */
void show_overhead(const struct overhead *overhead);

#endif
