/* box.h - a header as the RFCs draw it, 32 bits in a row, with its values and its bits. */
#ifndef SOCKET_LABS_BOX_H
#define SOCKET_LABS_BOX_H

#include "fields.h"

/* Draws the fields, on standard output. The header must have all their bytes. */
void draw_box(const struct field *fields, const uint8_t *at);

#endif
