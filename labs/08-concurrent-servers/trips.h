/* trips.h - quick clients, each of which sends a message
 * and reads it back, again and again; all in one loop. */
#ifndef SOCKET_LABS_TRIPS_H
#define SOCKET_LABS_TRIPS_H

#include "addr.h"

#include <stddef.h>

enum { MESSAGE_MAX = 1024 };

struct trips {
    size_t clients; /* how many of them, at the same time */
    size_t wanted;  /* so many round trips, of all clients together, at least one each */
    size_t bytes;   /* of each message, 1 to MESSAGE_MAX */
    long patience;  /* milliseconds: a connect, and a time without any answer, may last so long */
    size_t done;    /* out: round trips */
    size_t served;  /* out: clients with at least one */
    double seconds; /* out: from the first message to the last answer */
};

/* Connects the clients, makes the round trips, and closes. Stops early if nothing has come for
 * `patience`. If a client cannot connect, says why, and does without it and those after it. If what
 * comes back is not what was sent, prints that and exits 1. */
void make_trips(struct trips *trips, const struct endpoint *server);

#endif
