/* test_07_progress.c - lab 07's progress bar, and the words for why a peer was given up. */
// sources: labs/07-file-transfer/progress.c labs/07-file-transfer/reason.c labs/07-file-transfer/way.c common/diag.c common/addr.c
#include "../../labs/07-file-transfer/progress.h"
#include "../../labs/07-file-transfer/reason.h"
#include "../../labs/07-file-transfer/way.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

static void sizes_are_for_people(void **state)
{
    (void)state;
    const struct {
        uint64_t bytes;
        const char *text;
    } sizes[] = {{0, "0 B"},
                 {1, "1 B"},
                 {999, "999 B"},
                 {1000, "1.0 kB"},
                 {1250, "1.2 kB"},
                 {999949, "999.9 kB"},
                 {999950, "1.0 MB"},
                 {12345678, "12.3 MB"},
                 {4294967296, "4.3 GB"},
                 {UINT64_MAX, "18.4 EB"}};
    char text[SIZE_TEXT_MAX];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_string_equal(format_size(sizes[i].bytes, text), sizes[i].text);
}

static void the_line_has_bar_rate_and_time_left(void **state)
{
    (void)state;
    char text[PROGRESS_MAX];
    assert_string_equal(format_progress(0, 1000, 0, 0, text),
                        "[                    ]   0%  0 B of 1.0 kB  0 B/s");
    assert_string_equal(format_progress(500, 1000, 500, 2, text),
                        "[##########          ]  50%  500 B of 1.0 kB  250 B/s  2 s left");
    assert_string_equal(format_progress(999, 1000, 999, 1, text),
                        "[################### ]  99%  999 B of 1.0 kB  999 B/s  0 s left");
    assert_string_equal(format_progress(1000, 1000, 1000, 4, text),
                        "[####################] 100%  1.0 kB of 1.0 kB  250 B/s");
}

static void what_was_there_before_does_not_count_for_the_rate(void **state)
{
    (void)state;
    char text[PROGRESS_MAX];
    assert_string_equal(format_progress(600, 1000, 100, 2, text),
                        "[############        ]  60%  600 B of 1.0 kB  50 B/s  8 s left");
}

static void an_empty_file_is_complete(void **state)
{
    (void)state;
    char text[PROGRESS_MAX];
    assert_string_equal(format_progress(0, 0, 0, 0, text),
                        "[####################] 100%  0 B of 0 B  0 B/s");
}

/* A terminal of 80 columns breaks a line of 80 characters. */
static void the_line_always_fits(void **state)
{
    (void)state;
    char text[PROGRESS_MAX];
    const double seconds[] = {1e-9, 1e-3, 1, 1e3, 1e12};
    const uint64_t numbers[] = {1, 999, 999949, 4294967296, UINT64_MAX / 2};
    for (size_t i = 0; i < 5; i++)
        for (size_t moved = 0; moved < 5; moved++)
            for (size_t s = 0; s < 5; s++)
                assert_true(strlen(format_progress(numbers[i], UINT64_MAX, numbers[moved],
                                                   seconds[s], text)) < PROGRESS_MAX);
}

static void reasons_are_words_where_there_are_some(void **state)
{
    (void)state;
    char text[REASON_MAX];
    assert_string_equal(describe_reason(EAGAIN, 3600, text), "silent for 3600 s");
    assert_string_equal(describe_reason(ENODATA, 1, text), "end of stream");
    assert_string_equal(describe_reason(EINTR, 1, text), "asked to stop");
    assert_string_equal(describe_reason(ECONNRESET, 1, text), "ECONNRESET");
}

static void ways_have_names(void **state)
{
    (void)state;
    enum way way = BY_SPLICE;
    for (enum way each = BY_READ; each <= BY_SPLICE; each++) {
        assert_true(parse_way(way_name(each), &way));
        assert_int_equal(way, each);
    }
    assert_false(parse_way("Read", &way));
    assert_false(parse_way("", &way));
    assert_int_equal(way, BY_SPLICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_for_people),
        cmocka_unit_test(the_line_has_bar_rate_and_time_left),
        cmocka_unit_test(what_was_there_before_does_not_count_for_the_rate),
        cmocka_unit_test(an_empty_file_is_complete),
        cmocka_unit_test(the_line_always_fits),
        cmocka_unit_test(reasons_are_words_where_there_are_some),
        cmocka_unit_test(ways_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
