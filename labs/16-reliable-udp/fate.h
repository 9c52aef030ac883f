/* fate.h - what becomes of each frame, drawn from a seed: the same seed, the same fates.
 * Pure: no clock, no socket, no memory of its own. */
#ifndef SOCKET_LABS_FATE_H
#define SOCKET_LABS_FATE_H

#include <stdbool.h>
#include <stdint.h>

/* How many frames of a hundred meet it. */
struct odds {
    unsigned loss, twice, late, damage;
};

struct fate {
    bool lost, twice, late, damaged;
    uint32_t where; /* which bit of the data is damaged: this number modulo how many there are */
};

/* Where a sequence of throws has got to. */
struct dice {
    uint64_t state;
};

/* Dice that will throw what all dice of this seed throw. */
struct dice take_dice(uint32_t seed);

/* The next throw, a number from 0 to 2^32 - 1. */
uint32_t throw_dice(struct dice *dice);

/* The fate of the next frame. Each fate costs the same number of throws, whatever the odds. So with
 * a loss of 20 per cent the frames are lost that are lost with 10, and others. */
struct fate next_fate(struct dice *dice, const struct odds *odds);

#endif
