/* test_16_packet.c - lab 16's packets: written, read, described. */
// sources: labs/16-reliable-udp/packet.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/16-reliable-udp/packet.h"

static void a_header_is_kind_and_number_with_its_big_end_first(void **state)
{
    (void)state;
    unsigned char bytes[] = "______";
    write_packet(bytes, (struct packet){'D', 0x0102});
    assert_memory_equal(bytes, "D#\1\2__", 6);
    write_packet(bytes, (struct packet){'A', 65535});
    assert_memory_equal(bytes, "A#\xff\xff__", 6);
}

static bool reads(const char *bytes, size_t len, char kind, uint16_t number)
{
    struct packet packet = {0};
    return read_packet((const unsigned char *)bytes, len, &packet) && packet.kind == kind &&
           packet.number == number;
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    assert_true(reads("D#\0\7", 4, 'D', 7));
    assert_true(reads("D#\1\0data", 8, 'D', 256));
    assert_true(reads("E#\xff\xff", 4, 'E', 65535));
    assert_true(reads("A#\x80\0", 4, 'A', 32768));
}

static void all_else_is_no_packet(void **state)
{
    (void)state;
    static unsigned char long_one[PACKET_MAX + 1] = "D#\0\1";
    struct packet packet = {'x', 9};
    assert_false(reads("", 0, 0, 0));
    assert_false(reads("D#\0", 3, 'D', 0));
    assert_false(reads("D?\0\1", 4, 'D', 1));
    assert_false(reads("B#\0\1", 4, 'B', 1));
    assert_false(reads("A#\0\1x", 5, 'A', 1));
    assert_false(reads("E#\0\1x", 5, 'E', 1));
    assert_true(read_packet(long_one, PACKET_MAX, &packet));
    packet = (struct packet){'x', 9};
    assert_false(read_packet(long_one, sizeof long_one, &packet));
    assert_int_equal(packet.kind, 'x');
    assert_int_equal(packet.number, 9);
}

static void each_is_described(void **state)
{
    (void)state;
    char text[PACKET_TEXT_MAX];
    assert_ptr_equal(describe_packet((const unsigned char *)"D#\0\7xx", 6, text), text);
    assert_string_equal(text, "D 7");
    assert_string_equal(describe_packet((const unsigned char *)"A#\1\0", 4, text), "A 256");
    assert_string_equal(describe_packet((const unsigned char *)"hello", 5, text), "5 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_kind_and_number_with_its_big_end_first),
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(all_else_is_no_packet),
        cmocka_unit_test(each_is_described),
    };
    return cmocka_run_group_tests_name("lab 16: packets", tests, NULL, NULL);
}
