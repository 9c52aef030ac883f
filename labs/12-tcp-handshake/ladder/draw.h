/* draw.h - a conversation as a ladder of text: two ends, and an arrow for each frame.
 *
 *      SYN-SENT |-- SYN seq=0 ------------------------------------->| LISTEN
 *               |<------------------------- SYN,ACK seq=0 ack=1 ----| SYN-RECEIVED
 *
 * Every line has at most DRAW_WIDTH columns. Nothing here prints, allocates or exits: what is drawn is
 * text in the caller's memory, a line without its newline. */
#ifndef SOCKET_LABS_DRAW_H
#define SOCKET_LABS_DRAW_H

#include "label.h"

enum {
    DRAW_WIDTH = 100, /* columns */
    DRAW_TEXT_MAX =
        DRAW_WIDTH * 4 /* bytes: a character of UTF-8 has up to three; and a final NUL */
};

enum draw_style { DRAW_ASCII, DRAW_UTF8 };

/* Writes both ends, as they stand above the ladder, with their names if there is room:
 * "client 127.0.0.1:40312 ... server 127.0.0.1:5001". */
const char *draw_ends(const struct flow *flow, char text[static DRAW_TEXT_MAX]);

/* Writes the frame's line of the ladder. A lost one ends in a cross, before the other end.
 * An ICMP error of a router says which. */
const char *draw_step(const struct flow *flow, const struct frame *frame, const struct step *step,
                      bool lost, enum draw_style style, char text[static DRAW_TEXT_MAX]);

#endif
