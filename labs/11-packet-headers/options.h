/* options.h - the options behind a header of IPv4 or
 * TCP, and inside an extension header of IPv6. */
#ifndef SOCKET_LABS_OPTIONS_H
#define SOCKET_LABS_OPTIONS_H

#include "layers.h"

#include <stdbool.h>

struct option {
    unsigned kind;
    const char *name;  /* a constant string; "" if we know none */
    const uint8_t *at; /* its first byte */
    size_t len;        /* all of it: kind, length and value */
};

/* Where the options of a header begin, counted from its first byte; its length if it has none. */
size_t options_begin(const struct layer *layer);

/* Takes the next option of a header from offset *at on, and moves *at behind it. Returns false at
 * the end, or at a length that is impossible: then *at is not the end. */
bool next_option_in(const struct layer *layer, size_t *at, struct option *option);

#endif
