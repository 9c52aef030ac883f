/* test_02_datagram.c - lab 02's header of a datagram, and what its receiver says about one. */
// sources: labs/02-udp-loss/datagram.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/02-udp-loss/datagram.h"

static void a_header_is_a_form_and_a_number_with_its_big_end_first(void **state)
{
    (void)state;
    unsigned char data[] = "______";
    write_header(data, "N#", 0x0102);
    assert_memory_equal(data, "N#\1\2__", 6);
    write_header(data, "R?", 65535);
    assert_memory_equal(data, "R?\xff\xff__", 6);
    write_header(data, "N#", 0);
    assert_memory_equal(data, "N#\0\0__", 6);
}

/* What is said of a datagram of `len` bytes, of which these are kept. */
static const char *said(const char *bytes, size_t kept, size_t len)
{
    static char text[DATAGRAM_TEXT_MAX];
    static struct datagram datagram;
    memset(datagram.data, 'x', sizeof datagram.data);
    memcpy(datagram.data, bytes, kept);
    datagram.kept = kept;
    datagram.len = len;
    assert_ptr_equal(describe_datagram(&datagram, text), text);
    return text;
}

static void a_numbered_datagram_is_described_by_its_number(void **state)
{
    (void)state;
    assert_string_equal(said("N#\0\7", 4, 4), "number 7, 4 bytes");
    assert_string_equal(said("N#\1\0more", 8, 8), "number 256, 8 bytes");
    assert_string_equal(said("N#\xff\xff", 4, 4), "number 65535, 4 bytes");
}

static void another_form_has_no_number(void **state)
{
    (void)state;
    assert_string_equal(said("", 0, 0), "no number, 0 bytes");
    assert_string_equal(said("hello", 5, 5), "no number, 5 bytes");
    assert_string_equal(said("R?\0\7", 4, 4), "no number, 4 bytes");
    assert_string_equal(said("n#\0\7", 4, 4), "no number, 4 bytes");
    assert_string_equal(said("N?\0\7", 4, 4), "no number, 4 bytes");
}

static void bytes_beyond_the_end_are_not_looked_at(void **state)
{
    (void)state;
    said("N#\0\7", 4, 4); /* they are there still */
    assert_string_equal(said("N#\0", 3, 3), "no number, 3 bytes");
    assert_string_equal(said("N#\0", 3, 100), "no number, 100 bytes (3 kept: MSG_TRUNC)");
}

static void a_cut_datagram_says_how_much_was_kept(void **state)
{
    (void)state;
    assert_string_equal(said("N#\0\7_", 5, 6), "number 7, 6 bytes (5 kept: MSG_TRUNC)");
    assert_string_equal(said("N#\xff\xff", 4, 65507),
                        "number 65535, 65507 bytes (4 kept: MSG_TRUNC)");
}

/* The longest text fits: every number has its most digits. */
static void there_is_room_for_the_longest_text(void **state)
{
    (void)state;
    char text[DATAGRAM_TEXT_MAX + 1];
    static struct datagram datagram = {.data = "N#\xff\xff", .kept = DATAGRAM_MAX, .len = SIZE_MAX};
    text[DATAGRAM_TEXT_MAX] = '!';
    assert_string_equal(describe_datagram(&datagram, text),
                        "number 65535, 18446744073709551615 bytes (65536 kept: MSG_TRUNC)");
    assert_int_equal(text[DATAGRAM_TEXT_MAX], '!');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_a_form_and_a_number_with_its_big_end_first),
        cmocka_unit_test(a_numbered_datagram_is_described_by_its_number),
        cmocka_unit_test(another_form_has_no_number),
        cmocka_unit_test(bytes_beyond_the_end_are_not_looked_at),
        cmocka_unit_test(a_cut_datagram_says_how_much_was_kept),
        cmocka_unit_test(there_is_room_for_the_longest_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
