/* svg.h - all that was captured as one SVG 1.1 picture, to be read from the last row: each
 * conversation a ladder, one below the other.
 *
 * Time goes down: an arrow falls from who sends to who receives, and says what the frame says.
 * Beside a side's line is the state that it enters; below an arrow, in a box, what is remarkable. A
 * lost frame is a broken line that ends in a cross. Title and description tell the same in words,
 * for those who do not see it. No script, no style sheet, no font of its own. */
#ifndef SOCKET_LABS_SVG_H
#define SOCKET_LABS_SVG_H

#include "story.h"

#include <stdio.h>

enum { SVG_WORDS_MAX = 50 }; /* so many frames of a conversation are told in words */

/* Returns 0, or -1 with errno when `out` does not take it all. */
int write_svg(FILE *out, const struct story *story);

#endif
