/* svg_ladder.h - one conversation in SVG. */
#ifndef SOCKET_LABS_SVG_LADDER_H
#define SOCKET_LABS_SVG_LADDER_H

#include "story.h"

#include <stdio.h>

/* How high the conversation's drawing is. */
unsigned long svg_height(const struct story *story, size_t number);

/* Draws the conversation, its upper edge at `top`. */
void put_svg_ladder(FILE *out, const struct story *story, size_t number, unsigned long top);

#endif
