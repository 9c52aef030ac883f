/* fate.c - throws the dice; fate.h says what each function promises. */
#include "fate.h"

/* A linear congruential generator with the multiplier of Knuth's MMIX. Its high bits are the good
 * ones. It is no secret what comes next, but here that is the point. */
uint32_t throw_dice(struct dice *dice)
{
    dice->state = dice->state * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(dice->state >> 32);
}

struct dice take_dice(uint32_t seed)
{
    struct dice dice = {seed};
    for (int i = 0; i < 4; i++)
        throw_dice(&dice); /* else neighbouring seeds would begin alike */
    return dice;
}

static bool happens(struct dice *dice, unsigned percent)
{
    return (uint64_t)throw_dice(dice) * 100 >> 32 < percent;
}

struct fate next_fate(struct dice *dice, const struct odds *odds)
{
    struct fate fate;
    fate.lost = happens(dice, odds->loss);
    fate.twice = happens(dice, odds->twice);
    fate.late = happens(dice, odds->late);
    fate.damaged = happens(dice, odds->damage);
    fate.where = throw_dice(dice);
    return fate;
}
