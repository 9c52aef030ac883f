/* svg.h - the whole capture as one SVG 1.1 picture, large enough to read from the last row of a
 * classroom. Each conversation is a ladder, one below the other.
 *
 * Time goes down: an arrow falls from the sender to the receiver, with what the frame says along
 * it. The states that a side enters are beside its line, and remarks are in a box below the arrow.
 * A lost frame is a broken line that ends in a cross. The title and the description say the same in
 * words, for people who cannot see the picture. There is no script, no style sheet and no font of
 * its own. */
#ifndef SOCKET_LABS_SVG_H
#define SOCKET_LABS_SVG_H

#include "story.h"

#include <stdio.h>

enum { SVG_WORDS_MAX = 50 }; /* how many frames of a conversation are described in words */

/* Returns 0, or -1 with errno if writing fails. */
int write_svg(FILE *out, const struct story *story);

#endif
