/* output.h - what becomes of the frames: drawn line by line as they come, or kept until all is known
 * and drawn then; and written to a capture file, if one is wanted.
 *
 * Nothing here exits. Each function returns 0, or -1 with errno when writing failed or memory ran out. */
#ifndef SOCKET_LABS_OUTPUT_H
#define SOCKET_LABS_OUTPUT_H

#include "pcap.h"
#include "story.h"

enum format { FORMAT_TEXT, FORMAT_UTF8, FORMAT_SVG, FORMAT_MERMAID, FORMAT_JSON };

/* What is wanted goes in first, the rest begins as zero. */
struct output {
    FILE *drawing;      /* where to draw, or NULL */
    FILE *file;         /* where to write the frames, or NULL */
    enum format format; /* of the drawing; all but the first two need `whole` */
    bool whole;         /* each conversation whole, at the end */
    uint16_t port;      /* only frames that concern this port; 0: all */
    uint64_t limit;     /* full after so many frames; 0: never */

    struct flows flows; /* while they are drawn as they come */
    size_t drawn;       /* the conversation that was drawn last, plus 1 */
    struct story story; /* when they are drawn at the end */
    uint64_t frames;    /* that were drawn, or kept, or written */
    uint64_t undrawn;   /* that are in no ladder: no TCP, UDP or ICMP, or too little of it */
    uint64_t pending;   /* whose checksum the kernel left to the card */
    uint64_t wrong;     /* whose checksum is there, and wrong */
};

/* What failed, for die(), when one of these functions returns -1. */
#define WRITING "write the frames, or their drawing"

/* To be called once, before the first frame. */
int begin_output(struct output *out, enum link_type link);

/* True when it has had as many frames as it was to get. */
bool is_full(const struct output *out);

/* Takes the next frame. */
int put_frame(struct output *out, enum link_type link, const struct captured *frame);

/* Makes all that came so far visible. */
int flush_output(struct output *out);

/* Draws what was kept. `dropped` is how many frames the capture has missed. */
int end_output(struct output *out, uint64_t dropped);

#endif
