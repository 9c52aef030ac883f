/* test_11_pcapng.c - lab 11: files in the format pcapng, in both byte orders, whole and cut off. */
// sources: labs/11-packet-headers/pcap.c labs/11-packet-headers/pcapng.c
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/11-packet-headers/pcap.h"

static struct pcap_reader reader;

/* The file that a test writes, in one byte order or the other. */
static uint8_t file[4096];
static size_t len;
static bool big;

static void put(uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        file[len++] = (uint8_t)(number >> 8 * (big ? bytes - 1 - i : i));
}

static size_t begin_block(uint32_t type)
{
    size_t begin = len;
    put(type, 4);
    put(0, 4); /* the length, when it is known */
    return begin;
}

static void end_block(size_t begin)
{
    size_t end = len, total = len + 4 - begin;
    len = begin + 4;
    put(total, 4);
    len = end;
    put(total, 4);
}

static void put_section(void)
{
    size_t block = begin_block(0x0a0d0d0a);
    put(0x1a2b3c4d, 4);
    put(1, 2); /* version 1.0 */
    put(0, 2);
    put(UINT64_MAX, 8); /* its length: unknown */
    end_block(block);
}

/* With a clock in these units, if that is not 0; and with this beginning. */
static void put_interface(enum link_type link, uint8_t clock, uint64_t zero)
{
    size_t block = begin_block(1);
    put((uint64_t)link, 2);
    put(0, 2);
    put(0, 4);
    put(2, 2); /* a name: "lo" */
    put(2, 2);
    memcpy(file + len, "lo\0", 4);
    len += 4;
    if (clock != 0) {
        put(9, 2);
        put(1, 2);
        file[len] = clock;
        len += 4;
    }
    if (zero != 0) {
        put(14, 2);
        put(8, 2);
        put(zero, 8);
    }
    put(0, 4);
    end_block(block);
}

/* A frame of nine bytes, of which the file has five. */
static void put_frame(uint32_t interface, uint64_t at)
{
    size_t block = begin_block(6);
    put(interface, 4);
    put(at >> 32, 4);
    put(at & 0xffffffff, 4);
    put(5, 4);
    put(9, 4);
    memcpy(file + len, "hello\0\0", 8);
    len += 8;
    end_block(block);
}

static void put_something_else(void)
{
    size_t block = begin_block(5); /* statistics */
    put(0, 8);
    end_block(block);
}

/* Opens the first `size` bytes of the file. */
static enum pcap_result open_part(size_t size)
{
    FILE *in = tmpfile();
    assert_non_null(in);
    assert_int_equal(fwrite(file, 1, size, in), size);
    fseek(in, 0, SEEK_SET);
    return pcap_open(&reader, in);
}

static int begin(void **state)
{
    (void)state;
    memset(file, 0, sizeof file);
    len = 0;
    big = false;
    return 0;
}

static int end(void **state)
{
    (void)state;
    return reader.in ? fclose(reader.in) : 0;
}

static void assert_frame(enum link_type link, int64_t at)
{
    struct captured frame;
    assert_int_equal(pcap_next(&reader, &frame), PCAP_OK);
    assert_int_equal(frame.link, link);
    assert_true(frame.at == at);
    assert_int_equal(frame.kept, 5);
    assert_int_equal(frame.len, 9);
    assert_memory_equal(frame.bytes, "hello", 5);
    assert_true(frame.checksum_pending && !frame.lost);
}

static void assert_next(enum pcap_result expected)
{
    struct captured frame;
    assert_int_equal(pcap_next(&reader, &frame), expected);
}

static void reads_either_byte_order(void **state)
{
    for (int i = 0; i < 2; i++) {
        begin(state);
        big = i == 1;
        put_section();
        put_interface(LINK_SLL, 0, 0);
        put_frame(0, 1700000000123456);
        assert_int_equal(open_part(len), PCAP_OK);
        assert_int_equal(reader.link, LINK_SLL);
        assert_frame(LINK_SLL, 1700000000123456000);
        assert_next(PCAP_END);
        if (i == 0)
            end(state);
    }
}

static void each_interface_has_its_link_and_its_clock(void **state)
{
    (void)state;
    put_section();
    put_something_else();
    put_interface(LINK_ETHERNET, 9, 0);     /* nanoseconds */
    put_interface(LINK_RAW, 3, 1700000000); /* milliseconds, since then */
    put_frame(0, 1700000000123456789);
    put_something_else();
    put_frame(1, 1500);
    put_interface(LINK_IPV6, 128 | 10, 0); /* 1/1024 seconds */
    put_frame(2, 1024 + 512);
    put_interface(LINK_RAW, 12, 0); /* picoseconds */
    put_frame(3, 1000000002999);
    put_interface(LINK_RAW, 128 | 32, 0); /* more than 30 bits of a second */
    put_frame(4, (1ULL << 32) + (1ULL << 31));
    assert_int_equal(open_part(len), PCAP_OK);
    assert_frame(LINK_ETHERNET, 1700000000123456789);
    assert_frame(LINK_RAW, 1700000001500000000);
    assert_frame(LINK_IPV6, 1500000000);
    assert_frame(LINK_RAW, 1000000002);
    assert_frame(LINK_RAW, 1500000000);
    assert_next(PCAP_END);
}

static void another_section_begins_anew(void **state)
{
    (void)state;
    put_section();
    put_interface(LINK_ETHERNET, 0, 0);
    put_frame(0, 1);
    big = true;
    put_section();
    put_interface(LINK_RAW, 0, 0);
    put_frame(0, 2);
    put_frame(1, 3); /* there is no such interface in this section */
    assert_int_equal(open_part(len), PCAP_OK);
    assert_frame(LINK_ETHERNET, 1000);
    assert_frame(LINK_RAW, 2000);
    assert_next(PCAP_BROKEN);
}

static void a_simple_frame_has_only_its_bytes(void **state)
{
    (void)state;
    put_section();
    put_interface(LINK_RAW, 0, 0);
    for (unsigned size = 2; size <= 9; size += 7) { /* whole, and cut */
        size_t block = begin_block(3);
        put(size, 4);
        for (const char *c = "abcd"; *c; c++)
            put((uint64_t)*c, 1);
        end_block(block);
    }
    assert_int_equal(open_part(len), PCAP_OK);
    for (unsigned size = 2; size <= 9; size += 7) {
        struct captured frame;
        assert_int_equal(pcap_next(&reader, &frame), PCAP_OK);
        assert_int_equal(frame.len, size);
        assert_int_equal(frame.kept, size < 4 ? size : 4);
        assert_memory_equal(frame.bytes, "abcd", frame.kept);
        assert_int_equal(frame.link, LINK_RAW);
    }
    assert_next(PCAP_END);
}

static void every_cut_is_told(void **state)
{
    put_section();
    size_t section = len;
    put_interface(LINK_RAW, 0, 0);
    size_t interface = len;
    put_frame(0, 1);
    for (size_t size = 4; size < len; size++) {
        bool ends_well = size == section || size == interface;
        enum pcap_result result = open_part(size);
        if (size < interface) {
            assert_int_equal(result, ends_well ? PCAP_OK : PCAP_CUT);
        } else {
            assert_int_equal(result, PCAP_OK);
            assert_next(ends_well ? PCAP_END : PCAP_CUT);
        }
        if (size < len - 1)
            end(state);
    }
}

/* Changes 32 bits of a file with one frame. Returns what becomes of it. */
static enum pcap_result changed(bool of_frame, size_t at, uint32_t number)
{
    struct captured frame;
    begin(NULL);
    put_section();
    size_t interface = len;
    put_interface(LINK_RAW, 6, 0);
    size_t whole = len;
    put_frame(0, 1);
    size_t end_of_file = len;
    len = (of_frame ? whole : interface) + at;
    put(number, 4);
    enum pcap_result result = open_part(end_of_file);
    result = result == PCAP_OK ? pcap_next(&reader, &frame) : result;
    end(NULL);
    reader.in = NULL;
    return result;
}

static void what_cannot_be_is_broken(void **state)
{
    (void)state;
    assert_int_equal(changed(true, 8, 0), PCAP_OK);
    assert_int_equal(changed(true, 4, 11), PCAP_BROKEN); /* no room for its own lengths */
    assert_int_equal(changed(true, 4, 41), PCAP_BROKEN); /* not a multiple of 4 */
    assert_int_equal(changed(true, 4, 12), PCAP_BROKEN); /* no room for what a frame needs */
    assert_int_equal(changed(true, 4, 0xfffffffc), PCAP_BROKEN); /* 4 GiB */
    assert_int_equal(changed(true, 8, 1), PCAP_BROKEN);    /* an interface that is not there */
    assert_int_equal(changed(true, 20, 10), PCAP_BROKEN);  /* more kept than there was */
    assert_int_equal(changed(true, 20, 9), PCAP_BROKEN);   /* more than the block holds */
    assert_int_equal(changed(false, 4, 16), PCAP_BROKEN);  /* an interface without its fields */
    assert_int_equal(changed(false, 28, 20), PCAP_BROKEN); /* a clock in units of 10^-20 s */
    assert_int_equal(changed(false, 28, 128 + 64), PCAP_BROKEN);
    assert_int_equal(changed(false, 32, 0x00010009), PCAP_OK); /* an option without its value */
}

static void more_interfaces_than_we_know_are_broken(void **state)
{
    (void)state;
    static const uint8_t tiny[] = {1, 0, 0, 0, 20, 0, 0, 0, 101, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0};
    FILE *in = tmpfile();
    assert_non_null(in);
    put_section();
    fwrite(file, 1, len, in);
    for (int i = 0; i <= PCAP_INTERFACES_MAX; i++)
        fwrite(tiny, 1, sizeof tiny, in);
    fseek(in, 0, SEEK_SET);
    assert_int_equal(pcap_open(&reader, in), PCAP_OK);
    assert_next(PCAP_BROKEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_either_byte_order, begin, end),
        cmocka_unit_test_setup_teardown(each_interface_has_its_link_and_its_clock, begin, end),
        cmocka_unit_test_setup_teardown(another_section_begins_anew, begin, end),
        cmocka_unit_test_setup_teardown(a_simple_frame_has_only_its_bytes, begin, end),
        cmocka_unit_test_setup_teardown(every_cut_is_told, begin, end),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_broken, begin, end),
        cmocka_unit_test_setup_teardown(more_interfaces_than_we_know_are_broken, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
