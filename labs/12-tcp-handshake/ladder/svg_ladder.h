/* svg_ladder.h - one conversation in SVG. */
#ifndef SOCKET_LABS_SVG_LADDER_H
#define SOCKET_LABS_SVG_LADDER_H

#include "story.h"

#include <stdio.h>

/* The height of the conversation's drawing. */
unsigned long svg_height(const struct story *story, size_t number);

/* Draws the conversation; `top` is its upper edge. */
void put_svg_ladder(FILE *out, const struct story *story, size_t number, unsigned long top);

#endif
