/* test_16_fate.c - lab 16's dice: the same seed, the same fates. */
// sources: labs/16-reliable-udp/fate.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/16-reliable-udp/fate.h"

/* The fates of the first 40 frames: X lost, 2 twice, o late, ~ damaged, . none of these. */
static const char *fates(uint32_t seed, struct odds odds)
{
    static char text[4][41];
    static int turn;
    char *now = text[turn++ % 4];
    struct dice dice = take_dice(seed);
    for (int i = 0; i < 40; i++) {
        struct fate fate = next_fate(&dice, &odds);
        now[i] = fate.lost ? 'X' : fate.twice ? '2' : fate.late ? 'o' : fate.damaged ? '~' : '.';
    }
    return now;
}

static void the_same_seed_throws_the_same(void **state)
{
    (void)state;
    struct odds odds = {20, 20, 20, 20};
    assert_string_equal(fates(7, odds), fates(7, odds));
    assert_string_not_equal(fates(7, odds), fates(8, odds));
    assert_string_not_equal(fates(0, odds), fates(1, odds));
}

static void the_seed_of_the_demo_loses_the_third(void **state)
{
    (void)state;
    assert_string_equal(fates(67, (struct odds){.loss = 10}),
                        "..X....................................X");
}

static void no_odds_no_fate_and_a_hundred_always(void **state)
{
    (void)state;
    assert_string_equal(fates(3, (struct odds){0}), "........................................");
    assert_string_equal(fates(3, (struct odds){.loss = 100}),
                        "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX");
    assert_string_equal(fates(3, (struct odds){.twice = 100}),
                        "2222222222222222222222222222222222222222");
    assert_string_equal(fates(3, (struct odds){.late = 100}),
                        "oooooooooooooooooooooooooooooooooooooooo");
    assert_string_equal(fates(3, (struct odds){.damage = 100}),
                        "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~");
}

static void with_more_loss_the_same_are_lost_and_others(void **state)
{
    (void)state;
    const char *few = fates(9, (struct odds){.loss = 10}),
               *many = fates(9, (struct odds){.loss = 40});
    int more = 0;
    for (int i = 0; i < 40; i++) {
        assert_false(few[i] == 'X' && many[i] != 'X');
        more += many[i] == 'X' && few[i] != 'X';
    }
    assert_true(more > 0);
}

static void the_odds_are_kept(void **state)
{
    (void)state;
    struct dice dice = take_dice(5);
    struct odds odds = {10, 20, 30, 40};
    int lost = 0, twice = 0, late = 0, damaged = 0;
    for (int i = 0; i < 10000; i++) {
        struct fate fate = next_fate(&dice, &odds);
        lost += fate.lost;
        twice += fate.twice;
        late += fate.late;
        damaged += fate.damaged;
    }
    assert_true(lost > 900 && lost < 1100);
    assert_true(twice > 1850 && twice < 2150);
    assert_true(late > 2800 && late < 3200);
    assert_true(damaged > 3800 && damaged < 4200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_throws_the_same),
        cmocka_unit_test(the_seed_of_the_demo_loses_the_third),
        cmocka_unit_test(no_odds_no_fate_and_a_hundred_always),
        cmocka_unit_test(with_more_loss_the_same_are_lost_and_others),
        cmocka_unit_test(the_odds_are_kept),
    };
    return cmocka_run_group_tests_name("lab 16: fates", tests, NULL, NULL);
}
