/* test_02_ledger.c - lab 02's ledger: what it counts, and how it prints it. */
// sources: labs/02-udp-loss/ledger.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/02-udp-loss/ledger.h"

static void each_datagram_counts_and_the_last_stamp_stands(void **state)
{
    (void)state;
    static struct datagram datagram; /* an empty one */
    struct ledger ledger = {.drops = 5};
    enter_datagram(&ledger, &datagram);
    assert_int_equal(ledger.received, 1);
    assert_int_equal(ledger.overflow, 0);
    datagram.len = datagram.kept = 100;
    datagram.drops_before = 99;
    enter_datagram(&ledger, &datagram);
    assert_int_equal(ledger.received, 2);
    assert_int_equal(ledger.overflow, 99);
    assert_int_equal(ledger.drops, 5);
}

static void its_line_has_the_three_counters(void **state)
{
    (void)state;
    char text[LEDGER_TEXT_MAX];
    struct ledger ledger = {.received = 2, .drops = 99, .overflow = 98};
    assert_ptr_equal(describe_ledger(&ledger, text), text);
    assert_string_equal(text, "ledger: received 2, buffer 99 (SO_MEMINFO), SO_RXQ_OVFL 98");
}

static void there_is_room_for_the_longest_line(void **state)
{
    (void)state;
    char text[LEDGER_TEXT_MAX + 1];
    struct ledger ledger = {UINT64_MAX, UINT32_MAX, UINT32_MAX};
    text[LEDGER_TEXT_MAX] = '!';
    assert_string_equal(describe_ledger(&ledger, text),
                        "ledger: received 18446744073709551615, buffer 4294967295 (SO_MEMINFO), "
                        "SO_RXQ_OVFL 4294967295");
    assert_int_equal(text[LEDGER_TEXT_MAX], '!');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_datagram_counts_and_the_last_stamp_stands),
        cmocka_unit_test(its_line_has_the_three_counters),
        cmocka_unit_test(there_is_room_for_the_longest_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
