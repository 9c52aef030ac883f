/* options.h - the command line of ping. */
#ifndef SOCKET_LABS_OPTIONS_H
#define SOCKET_LABS_OPTIONS_H

#include "addr.h"

enum { SECOND = 1000000000 }; /* in nanoseconds */

struct options {
    const char *host;
    struct endpoint to;         /* its address */
    long count, size;           /* probes to send, 0: until interrupted; bytes of data in each */
    unsigned id, ttl;           /* 0: not given */
    int64_t interval, patience; /* nanoseconds between probes; to wait for the last answer */
    bool quiet, flood;
};

/* Reads the command line and finds the host's address. On a usage error, an unknown host included,
 * it ends the program with status 2. */
struct options parse_options(int argc, char *argv[]);

#endif
