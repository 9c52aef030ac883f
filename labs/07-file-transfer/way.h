/* way.h - the ways to move bytes from one descriptor to another, by name. */
#ifndef SOCKET_LABS_WAY_H
#define SOCKET_LABS_WAY_H

#include <stdbool.h>

enum way {
    BY_READ,     /* read(2) into a buffer, and write(2) from it: each byte is copied twice */
    BY_SENDFILE, /* sendfile(2): the kernel moves them; only from a file */
    BY_SPLICE,   /* splice(2): the kernel moves them by a pipe, from and to anything */
};

/* Reads "read", "sendfile" or "splice", the values of option -w. Returns false, and leaves *way
 * alone, for anything else. way_name goes the other way. */
bool parse_way(const char *name, enum way *way);
const char *way_name(enum way way);

#endif
