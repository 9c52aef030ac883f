/* view.h - how a frame is shown: drawn header by header, or as a list of fields. */
#ifndef SOCKET_LABS_VIEW_H
#define SOCKET_LABS_VIEW_H

#include "overhead.h"
#include "pcap.h"

struct view {
    bool list; /* a line for each field, and no drawing */
    bool sums; /* how each checksum is computed, and Ethernet's CRC */
    struct overhead overhead;
};

/* Shows a frame on standard output, and counts its bytes. */
void show_frame(struct view *view, const struct captured *captured);

#endif
