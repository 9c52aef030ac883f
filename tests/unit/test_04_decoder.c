/* test_04_decoder.c - lab 04's decoder gives the same messages however the stream is cut. */
// sources: labs/04-message-delimiters/decoder.c
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/04-message-delimiters/decoder.h"

enum { LOG_MAX = 4096 };

/* One decoding, with a log of what it gave: "(hello)" for a message, "!" for one that is too long,
 * and at the end "." (between messages), "h" (in a header), "m" (in a message) or "?" (unknown). */
struct run {
    struct decoder decoder;
    unsigned char *room; /* exactly `max` bytes on the heap: valgrind and ASan see one more */
    bool refused;
    unsigned long messages;
    char log[LOG_MAX];
    size_t len;
};

static void put(struct run *run, const void *text, size_t len)
{
    assert_true(run->len + len < LOG_MAX);
    memcpy(run->log + run->len, text, len);
    run->len += len;
}

static void begin(struct run *run, enum framing framing, size_t max)
{
    memset(run, 0, sizeof *run);
    run->room = malloc(max ? max : 1);
    assert_non_null(run->room);
    start_decoder(&run->decoder, framing, run->room, max);
}

/* Feeds one piece, from a heap block of just its size. */
static void feed(struct run *run, const void *data, size_t len)
{
    unsigned char *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, data, len);
    struct chunk input = {copy, len};
    enum framing framing = run->decoder.framing;
    for (enum decoded what; (what = decode(&run->decoder, &input)) != NEED_MORE;) {
        assert_true(!run->refused || what == TOO_LONG);
        if (what == TOO_LONG) {
            if (!run->refused)
                put(run, "!", 1);
            run->refused = framing == BY_LENGTH;
            if (run->refused)
                break; /* for good: it must go on saying so */
            continue;
        }
        put(run, "(", 1);
        put(run, run->decoder.message, run->decoder.len);
        put(run, ")", 1);
        assert_int_equal(run->decoder.messages, ++run->messages);
    }
    free(copy);
}

static void end(struct run *run)
{
    put(run, &".hm?"[get_place(&run->decoder)], 1);
    free(run->room);
}

static void expect(const struct run *run, const void *log, size_t len)
{
    if (run->len != len || memcmp(run->log, log, len) != 0)
        fail_msg("expected %.*s, got %.*s", (int)len, (const char *)log, (int)run->len, run->log);
}

/* Every way to cut `len` bytes: bit i of `cuts` cuts behind byte i. For up to 16 bytes. */
static void expect_for_every_split(enum framing framing, size_t max, const char *stream, size_t len,
                                   const char *log, size_t log_len)
{
    assert_true(len >= 1 && len <= 16);
    for (uint32_t cuts = 0; cuts < 1U << (len - 1); cuts++) {
        struct run run;
        begin(&run, framing, max);
        for (size_t from = 0, to = 1; to <= len; to++)
            if (to == len || cuts >> (to - 1) & 1) {
                feed(&run, stream + from, to - from);
                from = to;
            }
        end(&run);
        expect(&run, log, log_len);
    }
}

/* The lengths of string constants, which may have NUL bytes inside. */
#define every_split(framing, max, stream, log)                                                     \
    expect_for_every_split(framing, max, stream, sizeof(stream) - 1, log, sizeof(log) - 1)

static void lines(void **state)
{
    (void)state;
    every_split(BY_NEWLINE, 5, "one\ntwo\nthree\n", "(one)(two)(three).");
    every_split(BY_NEWLINE, 5, "a\nbc\nde", "(a)(bc)m");
}

static void empty_lines(void **state)
{
    (void)state;
    every_split(BY_NEWLINE, 5, "\n\na\n\n", "()()(a)().");
    every_split(BY_NEWLINE, 0, "\n\na\n\n", "()()!().");
}

static void a_line_may_hold_any_other_byte(void **state)
{
    (void)state;
    every_split(BY_NEWLINE, 5, "\0\xff\r\n\0\0\n", "(\0\xff\r)(\0\0).");
}

static void a_newline_in_the_data_makes_two_messages(void **state)
{
    (void)state;
    every_split(BY_NEWLINE, 9, "two\nlines\n", "(two)(lines).");
}

static void longest_line(void **state)
{
    (void)state;
    every_split(BY_NEWLINE, 4, "abcd\nefgh\n", "(abcd)(efgh).");
}

static void too_long_a_line_is_skipped(void **state)
{
    (void)state;
    every_split(BY_NEWLINE, 3, "abcd\nefg\n", "!(efg).");
    every_split(BY_NEWLINE, 3, "ok\nabcdefgh\n\nok\n", "(ok)!()(ok).");
    every_split(BY_NEWLINE, 3, "abcdefgh", "!m");
}

static void frames(void **state)
{
    (void)state;
    every_split(BY_LENGTH, 5, "\0\0\0\3one\0\0\0\5three", "(one)(three).");
}

static void empty_frames(void **state)
{
    (void)state;
    every_split(BY_LENGTH, 5, "\0\0\0\0\0\0\0\0\0\0\0\1a", "()()(a).");
    every_split(BY_LENGTH, 0, "\0\0\0\0\0\0\0\0", "()().");
}

static void a_frame_may_hold_any_byte(void **state)
{
    (void)state;
    every_split(BY_LENGTH, 5, "\0\0\0\5\n\0\xff\0\n\0\0\0\2\0\1", "(\n\0\xff\0\n)(\0\1).");
}

static void longest_frame(void **state)
{
    (void)state;
    every_split(BY_LENGTH, 3, "\0\0\0\3abc\0\0\0\3def", "(abc)(def).");
}

static void too_long_a_frame_is_the_end(void **state)
{
    (void)state;
    every_split(BY_LENGTH, 3, "\0\0\0\4abcd", "!m");
    every_split(BY_LENGTH, 3, "\0\0\0\1a\xff\xff\xff\xff", "(a)!m");
    every_split(BY_LENGTH, 3, "\x80\0\0\0", "!m");
    every_split(BY_LENGTH, 3, "\1\0\0\1a", "!m");
}

static void the_end_inside_a_header(void **state)
{
    (void)state;
    every_split(BY_LENGTH, 3, "\0", "h");
    every_split(BY_LENGTH, 3, "\0\0\0", "h");
    every_split(BY_LENGTH, 3, "\0\0\0\1a\0\0", "(a)h");
}

static void the_end_inside_a_body(void **state)
{
    (void)state;
    every_split(BY_LENGTH, 3, "\0\0\0\3", "m");
    every_split(BY_LENGTH, 3, "\0\0\0\1a\0\0\0\3ab", "(a)m");
}

static void nothing_at_all(void **state)
{
    (void)state;
    for (enum framing framing = BY_NEWLINE; framing <= BY_LENGTH; framing++) {
        struct run run;
        begin(&run, framing, 5);
        feed(&run, "", 0);
        end(&run);
        expect(&run, ".", 1);
    }
}

/* The bug on purpose: what comes in one piece is a message, however long. */
static void unframed_each_piece_is_a_message(void **state)
{
    (void)state;
    struct run run;
    begin(&run, UNFRAMED, 0);
    feed(&run, "onetwo", 6);
    feed(&run, "", 0);
    feed(&run, "th\nree", 6);
    feed(&run, "\0", 1);
    end(&run);
    expect(&run, "(onetwo)(th\nree)(\0)?", 20);
}

/* The whole length is used, all four bytes of it. */
static void a_length_of_four_bytes(void **state)
{
    (void)state;
    static const unsigned char header[] = {0x12, 0x34, 0x56, 0x78};
    struct chunk input = {header, sizeof header};
    struct decoder decoder;
    unsigned char room[1];
    start_decoder(&decoder, BY_LENGTH, room, sizeof room);
    assert_int_equal(decode(&decoder, &input), TOO_LONG);
    assert_int_equal(decoder.size, 0x12345678);
    assert_int_equal(input.len, 0);
    assert_int_equal(decode(&decoder, &input), TOO_LONG);
}

/* A longer stream, with everything in it: every two cuts, that is three pieces. */
static void every_two_cuts(void **state)
{
    static const char *const text[] = {"",  "one", "two\ntwo", "a somewhat longer message",
                                       "x", "",    "the end"};
    char stream[512];
    enum framing framing = *(enum framing *)*state;
    size_t len = 0;
    for (size_t i = 0; i < 21; i++) {
        size_t size = strlen(text[i % 7]);
        if (framing == BY_LENGTH) {
            memset(stream + len, 0, 3);
            stream[len + 3] = (char)size;
            len += HEADER_LEN;
        }
        memcpy(stream + len, text[i % 7], size);
        len += size;
        if (framing == BY_NEWLINE)
            stream[len++] = '\n';
    }
    struct run whole, run;
    begin(&whole, framing, 25);
    feed(&whole, stream, len);
    end(&whole);
    assert_int_equal(whole.log[whole.len - 1], '.');
    for (size_t first = 0; first <= len; first++)
        for (size_t second = first; second <= len; second++) {
            begin(&run, framing, 25);
            feed(&run, stream, first);
            feed(&run, stream + first, second - first);
            feed(&run, stream + second, len - second);
            end(&run);
            expect(&run, whole.log, whole.len);
        }
}

int main(void)
{
    static enum framing by_newline = BY_NEWLINE, by_length = BY_LENGTH;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(empty_lines),
        cmocka_unit_test(a_line_may_hold_any_other_byte),
        cmocka_unit_test(a_newline_in_the_data_makes_two_messages),
        cmocka_unit_test(longest_line),
        cmocka_unit_test(too_long_a_line_is_skipped),
        cmocka_unit_test(frames),
        cmocka_unit_test(empty_frames),
        cmocka_unit_test(a_frame_may_hold_any_byte),
        cmocka_unit_test(longest_frame),
        cmocka_unit_test(too_long_a_frame_is_the_end),
        cmocka_unit_test(the_end_inside_a_header),
        cmocka_unit_test(the_end_inside_a_body),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(unframed_each_piece_is_a_message),
        cmocka_unit_test(a_length_of_four_bytes),
        {"every_two_cuts_of_lines", every_two_cuts, NULL, NULL, &by_newline},
        {"every_two_cuts_of_frames", every_two_cuts, NULL, NULL, &by_length},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
