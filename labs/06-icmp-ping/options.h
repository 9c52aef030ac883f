/* options.h - what the user of ping wants. */
#ifndef SOCKET_LABS_OPTIONS_H
#define SOCKET_LABS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { SECOND = 1000000000 }; /* in nanoseconds */

struct options {
    const char *host;
    long count, size;           /* count 0: until interrupted */
    unsigned id, ttl;           /* 0: not given */
    int64_t interval, patience; /* nanoseconds */
    bool quiet, flood;
};

/* Reads the command line. A usage error ends the program with status 2. */
struct options parse_options(int argc, char *argv[]);

#endif
