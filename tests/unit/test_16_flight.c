/* test_16_flight.c - lab 16's frames under way, in the order in which they arrive. */
// sources: labs/16-reliable-udp/flight.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/16-reliable-udp/flight.h"

static void start(struct flight *flight, char name, uint64_t due)
{
    assert_int_equal(take_off(flight, (unsigned char *)&name, 1, name == 'x', due), 0);
}

/* The names of those that land by `now`, in their order. */
static const char *landed(struct flight *flight, uint64_t now)
{
    static char names[20];
    size_t n = 0;
    for (struct flying *frame; (frame = land(flight, now)); free(frame)) {
        assert_int_equal(frame->len, 1);
        assert_int_equal(frame->to, frame->bytes[0] == 'x');
        names[n++] = (char)frame->bytes[0];
    }
    names[n] = '\0';
    return names;
}

static void they_land_when_they_are_due(void **state)
{
    (void)state;
    struct flight flight = {0};
    assert_true(next_landing(&flight) == UINT64_MAX);
    start(&flight, 'a', 10);
    start(&flight, 'x', 20);
    assert_int_equal(next_landing(&flight), 10);
    assert_string_equal(landed(&flight, 9), "");
    assert_string_equal(landed(&flight, 10), "a");
    assert_int_equal(next_landing(&flight), 20);
    assert_string_equal(landed(&flight, 100), "x");
    assert_true(next_landing(&flight) == UINT64_MAX);
    assert_int_equal(flight.count, 0);
}

static void a_late_one_is_passed_and_equal_ones_keep_their_order(void **state)
{
    (void)state;
    struct flight flight = {0};
    start(&flight, 'a', 10);
    start(&flight, 'l', 35);
    start(&flight, 'b', 20);
    start(&flight, 'c', 20);
    start(&flight, 'd', 40);
    start(&flight, 'e', 5);
    assert_string_equal(landed(&flight, 35), "eabcl");
    start(&flight, 'f', 40);
    assert_string_equal(landed(&flight, 40), "df");
    start(&flight, 'g', 1); /* an empty flight begins anew */
    assert_string_equal(landed(&flight, 1), "g");
}

static void there_is_an_end_to_it(void **state)
{
    (void)state;
    struct flight flight = {0};
    for (int i = 0; i < FLIGHT_MOST; i++)
        start(&flight, 'a', 1);
    assert_int_equal(take_off(&flight, (const unsigned char *)"b", 1, 0, 1), -1);
    free(land(&flight, 1));
    start(&flight, 'c', 1);
    for (struct flying *frame; (frame = land(&flight, 1));)
        free(frame);
    assert_int_equal(flight.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_land_when_they_are_due),
        cmocka_unit_test(a_late_one_is_passed_and_equal_ones_keep_their_order),
        cmocka_unit_test(there_is_an_end_to_it),
    };
    return cmocka_run_group_tests_name("lab 16: frames under way", tests, NULL, NULL);
}
