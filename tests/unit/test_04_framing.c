/* test_04_framing.c - lab 04's messages on the wire, byte by byte. */
// sources: labs/04-message-delimiters/framing.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/04-message-delimiters/framing.h"

static void every_name_is_read_and_written(void **state)
{
    (void)state;
    const char *names[] = {"none", "newline", "length"};
    const enum framing framings[] = {UNFRAMED, BY_NEWLINE, BY_LENGTH};
    for (size_t i = 0; i < 3; i++) {
        enum framing framing = framings[(i + 1) % 3];
        assert_true(parse_framing(names[i], &framing));
        assert_int_equal(framing, framings[i]);
        assert_string_equal(framing_name(framing), names[i]);
    }
}

static void any_other_name_is_refused(void **state)
{
    (void)state;
    const char *wrong[] = {"", "lines", "None", "newline ", "newlines", "lengt", "2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        enum framing framing = BY_NEWLINE;
        assert_false(parse_framing(wrong[i], &framing));
        assert_int_equal(framing, BY_NEWLINE);
    }
}

static void expect_encoded(enum framing framing, char *const messages[], const char *expected,
                           size_t expected_len)
{
    size_t len = 99, frames = 0;
    unsigned char *stream = encode(framing, messages, &len);
    assert_non_null(stream);
    assert_int_equal(len, expected_len);
    assert_memory_equal(stream, expected, len);
    free(stream);
    for (; *messages; messages++)
        frames += frame_len(framing, *messages);
    assert_int_equal(frames, len);
}

static void messages_are_framed_one_after_the_other(void **state)
{
    (void)state;
    char one[] = "one", two[] = "two\n", empty[] = "";
    char *const messages[] = {empty, one, empty, two, NULL};
    expect_encoded(UNFRAMED, messages, "onetwo\n", 7);
    expect_encoded(BY_NEWLINE, messages, "\none\n\ntwo\n\n", 11);
    expect_encoded(BY_LENGTH, messages, "\0\0\0\0\0\0\0\3one\0\0\0\0\0\0\0\4two\n", 23);
}

static void no_messages_are_no_bytes(void **state)
{
    (void)state;
    char empty[] = "";
    for (enum framing framing = UNFRAMED; framing <= BY_LENGTH; framing++)
        expect_encoded(framing, (char *const[]){NULL}, "", 0);
    expect_encoded(UNFRAMED, (char *const[]){empty, empty, NULL}, "", 0);
}

static void the_most_significant_byte_of_a_length_comes_first(void **state)
{
    (void)state;
    enum { LONG = 0x012345 };
    static char message[LONG + 1];
    size_t len;
    memset(message, 'x', LONG);
    unsigned char *stream = encode(BY_LENGTH, (char *const[]){message, NULL}, &len);
    assert_non_null(stream);
    assert_int_equal(len, HEADER_LEN + LONG);
    assert_memory_equal(stream, "\x00\x01\x23\x45x", 5);
    free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_read_and_written),
        cmocka_unit_test(any_other_name_is_refused),
        cmocka_unit_test(messages_are_framed_one_after_the_other),
        cmocka_unit_test(no_messages_are_no_bytes),
        cmocka_unit_test(the_most_significant_byte_of_a_length_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
