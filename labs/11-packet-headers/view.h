/* view.h - how a frame is shown: drawn header by header, or as a list of fields. */
#ifndef SOCKET_LABS_VIEW_H
#define SOCKET_LABS_VIEW_H

#include "overhead.h"
#include "pcap.h"

struct view {
    bool list;        /* a line for each field, and no drawing */
    const char *only; /* only frames with a header of this name, and of them only that; or NULL */
    bool quiet;       /* only count */
    bool quoted;      /* this is a packet that an ICMP error quotes */
    bool sums;        /* how each checksum is computed, and Ethernet's CRC */
    struct overhead overhead;
};

/* Shows a frame on standard output, and counts it and its bytes, if it is one of those that are
 * wanted. */
void show_frame(struct view *view, const struct captured *captured);

#endif
