/* draw.h - a conversation as a ladder of text: two ends, and an arrow for each frame.
 *
 *      SYN-SENT |-- SYN seq=0 ------------------------------------->| LISTEN
 *               |<------------------------- SYN,ACK seq=0 ack=1 ----| SYN-RECEIVED
 *
 * A line has at most DRAW_WIDTH columns, and no newline; it is written to the caller's memory.
 * Nothing here prints, allocates or exits. */
#ifndef SOCKET_LABS_DRAW_H
#define SOCKET_LABS_DRAW_H

#include "label.h"

enum {
    DRAW_WIDTH = 100,              /* columns */
    DRAW_TEXT_MAX = DRAW_WIDTH * 4 /* bytes: three for a column in UTF-8, and the NUL */
};

enum draw_style { DRAW_ASCII, DRAW_UTF8 };

/* Writes the line above the ladder, both ends, with their names if there is room:
 * "client 127.0.0.1:40312 ... server 127.0.0.1:5012". */
const char *draw_ends(const struct flow *flow, char text[static DRAW_TEXT_MAX]);

/* Writes the line above the frame's if a side goes through a state before the one that it enters:
 * that state, and no arrow. "" if neither side does. */
const char *draw_passed(const struct step *step, enum draw_style style,
                        char text[static DRAW_TEXT_MAX]);

/* Writes the frame's line of the ladder. The arrow of a lost frame ends in a cross on its way. An
 * ICMP error from a router names the router. */
const char *draw_step(const struct flow *flow, const struct frame *frame, const struct step *step,
                      bool lost, enum draw_style style, char text[static DRAW_TEXT_MAX]);

#endif
