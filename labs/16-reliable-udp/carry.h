/* carry.h - what the cable does with each frame, and its ledger. */
#ifndef SOCKET_LABS_CARRY_H
#define SOCKET_LABS_CARRY_H

#include "fate.h"
#include "flight.h"

enum { LEFT, RIGHT };

/* Of the frames that came in at one end. Those with data have a fate; the others always arrive. */
struct ledger {
    unsigned long data, lost, twice, late, damaged, arrived;
};

struct wire {
    int fds[2];          /* the ends */
    struct odds odds[2]; /* for what comes in there */
    struct dice dice[2]; /* each way has its own, so that neither changes the other's fates */
    unsigned long cut;   /* after so many frames with data, none arrives any more */
    uint64_t delay;      /* each way, in microseconds */
    uint64_t gap;        /* between two frames on the same way, at least */
    uint64_t latest[2];  /* when the last one from that end will arrive */
    uint64_t began;
    bool quiet,
        tell; /* print no line for a frame, or one for each with data, whatever becomes of it */
    struct flight flight;
    struct ledger ledger[2];
    /* What the cable lost, although it should not: frames that it never saw, that found no room in
     * the flight, that the interface did not take. */
    unsigned long unseen, full, refused;
};

/* Takes all frames that wait at this end, and gives
 * each one its fate. Returns 0, or -1 with errno. */
int take_frames(struct wire *wire, int end);

/* Lets all frames arrive that are due. */
void deliver_frames(struct wire *wire);

/* Prints the ledger, when nothing is in flight. Returns true if it balances. */
bool print_ledger(struct wire *wire);

#endif
