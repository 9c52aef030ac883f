/* output.h - what happens to the frames. They are drawn line by line as they come, or kept and
 * drawn at the end. If wanted, they are also written to a capture file, or drawn in two ways.
 *
 * Nothing here exits. Each function returns 0, or -1 with errno if writing failed or memory ran
 * out. */
#ifndef SOCKET_LABS_OUTPUT_H
#define SOCKET_LABS_OUTPUT_H

#include "../../11-packet-headers/pcap.h"
#include "story.h"
#include "twice.h"

enum format { FORMAT_TEXT, FORMAT_UTF8, FORMAT_SVG, FORMAT_MERMAID, FORMAT_JSON, FORMAT_PROSE };

/* The caller sets the members above the blank line; the others begin as zero. */
struct output {
    FILE *drawing;      /* where to draw, or NULL */
    FILE *file;         /* where to write the frames, or NULL */
    enum format format; /* of the drawing; all but text and utf8 need `whole` */
    bool whole;         /* draw at the end, each conversation whole */
    uint16_t port;      /* only frames that concern this port; 0: all */
    uint64_t limit;     /* full after this many frames; 0: never */
    bool once;          /* a frame may have been captured twice: draw it once */
    struct output *too; /* gets the same frames, or NULL */

    struct flows flows; /* if frames are drawn as they come */
    size_t drawn;       /* the conversation that was drawn last, plus 1 */
    struct story story; /* if they are drawn at the end */
    struct recent recent;
    uint64_t frames;  /* frames that were drawn, kept or written */
    uint64_t undrawn; /* frames in no ladder: no TCP, UDP or ICMP, or too little of it */
    uint64_t arp;     /* how many of those are ARP */
    uint64_t left_ip; /* frames whose IP checksum was left to the card */
    uint64_t left;    /* frames whose TCP or UDP checksum was */
    uint64_t pending; /* frames whose TCP or UDP checksum is wrong, and may have been */
    uint64_t wrong;   /* frames whose checksum is wrong */
};

/* For die(), when one of these functions returns -1. */
#define WRITING "write the frames, or their drawing"

/* Call it once, before the first frame. */
int begin_output(struct output *out, enum link_type link);

/* True when it has `limit` frames. */
bool is_full(const struct output *out);

/* Takes the next frame. */
int put_frame(struct output *out, const struct captured *frame);

/* Writes out what is still in buffers. */
int flush_output(struct output *out);

/* Draws what was kept, and frees it. `dropped` is how many frames the capture has missed. */
int end_output(struct output *out, uint64_t dropped);

#endif
