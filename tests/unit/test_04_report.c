/* test_04_report.c - what lab 04's server says about messages and ends, and how it quotes bytes. */
// sources: labs/04-message-delimiters/report.c labs/04-message-delimiters/quote.c labs/04-message-delimiters/decoder.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/04-message-delimiters/report.h"

/* A decoder that takes messages of at most 5 bytes, after it has decoded this stream. */
static const struct decoder *after(enum framing framing, const char *stream, size_t len)
{
    static struct decoder decoder;
    static unsigned char room[5];
    struct chunk input = {(const unsigned char *)stream, len};
    start_decoder(&decoder, framing, room, sizeof room);
    while (input.len > 0)
        decode(&decoder, &input);
    return &decoder;
}

#define expect_result(framing, stream, expected)                                                   \
    assert_string_equal(                                                                           \
        describe_result(after(framing, stream, sizeof(stream) - 1), (char[REPORT_MAX]){0}),        \
        expected)
#define expect_end(framing, stream, expected)                                                      \
    assert_string_equal(                                                                           \
        describe_end(after(framing, stream, sizeof(stream) - 1), (char[REPORT_MAX]){0}), expected)

static void a_message_has_a_number_a_length_and_quotes(void **state)
{
    (void)state;
    expect_result(BY_NEWLINE, "one\ntwo\n", "message 2, length 3: \"two\"");
    expect_result(BY_LENGTH, "\0\0\0\0", "message 1, length 0: \"\"");
    expect_result(BY_LENGTH, "\0\0\0\2\n\xff", "message 1, length 2: \"\\n\\xff\"");
    expect_result(UNFRAMED, "longer than max", "message 1, length 15: \"longer than max\"");
}

static void too_long_a_message_is_skipped_or_ends_the_connection(void **state)
{
    (void)state;
    expect_result(BY_NEWLINE, "ok\nfar longer",
                  "a message of more than 5 bytes: skipping to its newline");
    expect_result(BY_LENGTH, "\0\0\0\6", "6 bytes announced, at most 5 allowed: closing");
    expect_result(BY_LENGTH, "\xff\xff\xff\xff",
                  "4294967295 bytes announced, at most 5 allowed: closing");
}

static void a_length_that_is_text_is_shown_as_text(void **state)
{
    (void)state;
    expect_result(
        BY_LENGTH, "hell",
        "1751477356 bytes announced (these 4 bytes are \"hell\"), at most 5 allowed: closing");
    expect_result(
        BY_LENGTH, "  ~~",
        "539000446 bytes announced (these 4 bytes are \"  ~~\"), at most 5 allowed: closing");
    expect_result(BY_LENGTH, "ok\r\n", "1869286666 bytes announced, at most 5 allowed: closing");
    expect_result(BY_LENGTH, "h\xe9ll", "1760128108 bytes announced, at most 5 allowed: closing");
}

static void the_end_of_the_stream_means_what_its_place_says(void **state)
{
    (void)state;
    expect_end(UNFRAMED, "one",
               "end of stream: nobody can tell whether the last message was whole");
    expect_end(BY_NEWLINE, "", "end of stream between messages, 0 came");
    expect_end(BY_NEWLINE, "one\ntwo\n", "end of stream between messages, 2 came");
    expect_end(BY_NEWLINE, "one\ntw", "end of stream inside a message: no newline came");
    expect_end(BY_LENGTH, "\0\0\0\1a", "end of stream between messages, 1 came");
    expect_end(BY_LENGTH, "\0\0\0\1a\0\0", "end of stream inside a header: 2 of 4 bytes came");
    expect_end(BY_LENGTH, "\0\0\0\5hel", "end of stream inside a message: 3 of 5 bytes came");
}

static void the_longest_report_fits(void **state)
{
    (void)state;
    unsigned char data[QUOTE_BYTES + 1];
    char text[REPORT_MAX];
    memset(data, 1, sizeof data);
    struct decoder d = {.framing = UNFRAMED,
                        .last = MESSAGE,
                        .message = data,
                        .len = SIZE_MAX,
                        .messages = UINT64_MAX};
    describe_result(&d, text); /* quote() reads only the first QUOTE_BYTES */
    assert_string_equal(text + strlen(text) - 8, "\\x01\"...");
    d = (struct decoder){
        .framing = BY_LENGTH, .last = TOO_LONG, .size = UINT32_MAX, .max = SIZE_MAX};
    describe_result(&d, text);
    assert_string_equal(text + strlen(text) - 9, ": closing");
}

static void quote_shows_any_byte(void **state)
{
    (void)state;
    char text[QUOTE_MAX];
    assert_string_equal(quote("", 0, text), "\"\"");
    assert_string_equal(quote("one two~", 8, text), "\"one two~\"");
    assert_string_equal(quote("\0\0\0\5\x7f\xff\n", 7, text),
                        "\"\\x00\\x00\\x00\\x05\\x7f\\xff\\n\"");
    assert_string_equal(quote("\x1f ~", 3, text), "\"\\x1f ~\"");
    assert_string_equal(quote("\"\\", 2, text), "\"\\\"\\\\\"");
}

static void quote_keeps_to_its_room(void **state)
{
    (void)state;
    char data[QUOTE_BYTES + 1], *text = malloc(QUOTE_MAX);
    assert_non_null(text);
    memset(data, 1, sizeof data);
    quote(data, sizeof data, text);
    assert_int_equal(strlen(text), QUOTE_MAX - 1);
    assert_string_equal(text + strlen(text) - 8, "\\x01\"...");
    quote(data, QUOTE_BYTES, text);
    assert_string_equal(text + strlen(text) - 5, "\\x01\"");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_has_a_number_a_length_and_quotes),
        cmocka_unit_test(a_length_that_is_text_is_shown_as_text),
        cmocka_unit_test(too_long_a_message_is_skipped_or_ends_the_connection),
        cmocka_unit_test(the_end_of_the_stream_means_what_its_place_says),
        cmocka_unit_test(the_longest_report_fits),
        cmocka_unit_test(quote_shows_any_byte),
        cmocka_unit_test(quote_keeps_to_its_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
