/* load.h - lab 09: many connections at once, and what becomes of each. */
#ifndef REUSEPORT_LOAD_H
#define REUSEPORT_LOAD_H

#include "addr.h"
#include "tally.h"

struct wish {
    struct endpoint server;
    long connections;
    long rate;     /* so many begin in a second; 0: at once */
    long patience; /* seconds without any news, after which those that still wait are SILENT */
    uint16_t from; /* the first connection's local port, the next's is one more; 0: the kernel's */
    bool each;     /* print each end */
};

/* Opens the connections, reads each to its end, and counts the ends. Raises the limit of open files
 * as far as it may. If that or the ports are not enough for all that should be open at once, says
 * so, and lets the next one wait for an end. Exits 1 if it cannot open a socket for another reason.
 */
void run_load(const struct wish *wish, struct tally *tally);

#endif
