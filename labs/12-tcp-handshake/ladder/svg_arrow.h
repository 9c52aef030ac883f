/* svg_arrow.h - one frame in SVG: an arrow that falls from one side's line to the other's. */
#ifndef SOCKET_LABS_SVG_ARROW_H
#define SOCKET_LABS_SVG_ARROW_H

#include "label.h"
#include "story.h"

#include <stdio.h>

/* All in units of the picture. SVG_WIDTH is the width of a small projector, in pixels. */
enum {
    SVG_WIDTH = 1280,
    SVG_LEFT = 214, /* the lines of the two sides */
    SVG_RIGHT = SVG_WIDTH - SVG_LEFT,
    SVG_FALL = 34, /* how much lower an arrow ends than it begins */
};

/* Writes text, escaped so that XML reads it as text whatever it is. */
void put_xml(FILE *out, const char *text);

/* Writes the note below a frame's arrow, "sent again" for instance, or "". */
const char *format_note(const struct flow *flow, const struct rung *r,
                        char text[static LABEL_TEXT_MAX]);

/* Draws the arrow with its label and its note. It begins at the height `y`. */
void put_svg_arrow(FILE *out, const struct flow *flow, const struct rung *r, unsigned long y);

#endif
