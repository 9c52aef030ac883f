/* fields.h - the fields of each header: their names as in the RFCs, their widths, their values. */
#ifndef SOCKET_LABS_FIELDS_H
#define SOCKET_LABS_FIELDS_H

#include "layers.h"

#include <stdbool.h>

enum show { SHOW_DECIMAL, SHOW_HEX, SHOW_ETHERNET, SHOW_IPV4, SHOW_IPV6 };

struct field {
    const char *name;
    unsigned bits; /* 0 ends a list of fields */
    enum show show;
};

/* "UDP", or "IPv6 hop-by-hop options". A constant string. */
const char *layer_name(const struct layer *layer);

/* The fields of a header, the last one with 0 bits; NULL if we know none. Options are not among
 * them. */
const struct field *layer_fields(const struct layer *layer);

/* Bit number `bit` of a header; the first is the most significant one of the first byte. */
unsigned bit_at(const uint8_t *at, size_t bit);

enum { VALUE_MAX = 48 };

/* Writes the value of a field whose first bit has this number. */
void format_value(char text[static VALUE_MAX], const struct field *field, const uint8_t *at,
                  size_t bit);

#endif
