/* test_09_tally.c - lab 09's count: how a connection ended, who answered, and what is printed. */
// sources: labs/09-reuseport/tally.c common/diag.c common/addr.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/09-reuseport/tally.h"

#include <errno.h>

static void a_whole_line_and_the_end_is_an_answer(void **state)
{
    (void)state;
    assert_int_equal(outcome_of(0, "w1\n", 3), ANSWERED);
    assert_int_equal(outcome_of(0, "\n", 1), ANSWERED);
    assert_int_equal(outcome_of(0, "w1", 2), CUT);
    assert_int_equal(outcome_of(0, "", 0), CUT);
    assert_int_equal(outcome_of(ECONNRESET, "w1\n", 3), RESET);
    assert_int_equal(outcome_of(ECONNREFUSED, "", 0), REFUSED);
}

static void a_name_is_short_and_has_no_blank(void **state)
{
    (void)state;
    assert_true(check_name("w"));
    assert_true(check_name("fifteen-letters"));
    assert_false(check_name("sixteen-letters-"));
    assert_false(check_name(""));
    assert_false(check_name("a b"));
    assert_false(check_name("a\n"));
    assert_false(check_name("\xff"));
}

static void answers_are_counted_by_name_in_order(void **state)
{
    (void)state;
    struct tally tally = {0};
    const char *const lines[] = {"w2\n", "w10\n", "w2\n", "a\n", "w2\n", "w3\n", "a\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        count_end(&tally, ANSWERED, lines[i], strlen(lines[i]));
    assert_int_equal(tally.names, 4);
    assert_string_equal(tally.by[0].name, "a");
    assert_int_equal(tally.by[0].answers, 2);
    assert_string_equal(tally.by[1].name, "w10");
    assert_int_equal(tally.by[1].answers, 1);
    assert_string_equal(tally.by[2].name, "w2");
    assert_int_equal(tally.by[2].answers, 3);
    assert_string_equal(tally.by[3].name, "w3");
    assert_int_equal(tally.ended[ANSWERED], 7);
}

static void a_long_line_counts_by_its_beginning(void **state)
{
    (void)state;
    struct tally tally = {0};
    count_end(&tally, ANSWERED, "sixteen-letters-\n", 17);
    count_end(&tally, ANSWERED, "fifteen-letters\n", 16);
    count_end(&tally, ANSWERED, "\n", 1);
    assert_int_equal(tally.names, 3);
    assert_string_equal(tally.by[0].name, "");
    assert_string_equal(tally.by[1].name, "fifteen-letters");
    assert_string_equal(tally.by[2].name, "sixteen-letters");
}

static void only_so_many_names_have_room(void **state)
{
    (void)state;
    struct tally tally = {0};
    char line[16];
    for (int i = 0; i < NAMES_MOST + 2; i++)
        count_end(&tally, ANSWERED, line, (size_t)snprintf(line, sizeof line, "%03d\n", i));
    count_end(&tally, ANSWERED, "063\n", 4);
    assert_int_equal(tally.names, NAMES_MOST);
    assert_int_equal(tally.nameless, 2);
    assert_int_equal(tally.by[63].answers, 2);
    assert_int_equal(tally.ended[ANSWERED], NAMES_MOST + 3);
}

static void what_is_lost_has_no_name(void **state)
{
    (void)state;
    struct tally tally = {0};
    count_end(&tally, CUT, "half", 4);
    count_end(&tally, SILENT, "", 0);
    count_end(&tally, REFUSED, "", 0);
    assert_int_equal(tally.names, 0);
    assert_int_equal(tally.ended[CUT] + tally.ended[SILENT] + tally.ended[REFUSED], 3);
    assert_false(report_tally(&tally));
    assert_true(report_tally(&(struct tally){.ended = {[ANSWERED] = 3}}));
    assert_true(report_tally(&(struct tally){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_line_and_the_end_is_an_answer),
        cmocka_unit_test(a_name_is_short_and_has_no_blank),
        cmocka_unit_test(answers_are_counted_by_name_in_order),
        cmocka_unit_test(a_long_line_counts_by_its_beginning),
        cmocka_unit_test(only_so_many_names_have_room),
        cmocka_unit_test(what_is_lost_has_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
