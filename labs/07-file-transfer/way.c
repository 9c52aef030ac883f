/* way.c - the names of the ways; way.h says what each function promises. */
#include "way.h"

#include <string.h>

static const char *const names[] = {"read", "sendfile", "splice"};

bool parse_way(const char *name, enum way *way)
{
    for (enum way w = BY_READ; w <= BY_SPLICE; w++)
        if (strcmp(name, names[w]) == 0) {
            *way = w;
            return true;
        }
    return false;
}

const char *way_name(enum way way)
{
    return names[way];
}
