/* test_11_pcap.c - lab 11: capture files that we and others write, whole and cut off. */
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

/* A file of these bytes. The sanitizer notices a read beyond their end. */
static FILE *file_of(const void *bytes, size_t len)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fseek(file, 0, SEEK_SET);
    return file;
}

static enum pcap_result open_bytes(const void *bytes, size_t len)
{
    return pcap_open(&reader, file_of(bytes, len));
}

static void close_reader(void)
{
    assert_int_equal(fclose(reader.in), 0);
}

static void reads_what_it_wrote(void **state)
{
    (void)state;
    const struct captured frames[] = {
        {.at = 1700000000123456789, .kept = 5, .len = 5, .bytes = (const uint8_t *)"hello"},
        {.at = 1700000001000000000, .kept = 3, .len = 1500, .bytes = (const uint8_t *)"cut"},
        {.at = 1700000001000000001, .kept = 0, .len = 60, .bytes = (const uint8_t *)""},
    };
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(pcap_begin(file, LINK_SLL2), PCAP_OK);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pcap_append(file, &frames[i]), PCAP_OK);
    fseek(file, 0, SEEK_SET);
    assert_int_equal(pcap_open(&reader, file), PCAP_OK);
    assert_int_equal(reader.link, LINK_SLL2);
    struct captured frame = {.lost = true};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pcap_next(&reader, &frame), PCAP_OK);
        assert_true(frame.at == frames[i].at);
        assert_int_equal(frame.kept, frames[i].kept);
        assert_int_equal(frame.len, frames[i].len);
        assert_memory_equal(frame.bytes, frames[i].bytes, frame.kept);
        assert_int_equal(frame.link, LINK_SLL2);
        assert_true(frame.checksum_pending && !frame.lost); /* a file tells neither */
    }
    assert_int_equal(pcap_next(&reader, &frame), PCAP_END);
    close_reader();
}

/* A file's header and one frame of two bytes, "ab", at 1 s and 2 fractions of a second, in the byte
 * order that this machine does not have. */
static const uint8_t big_endian[] = {
    0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0,   0,
    0,    0,    1,    0,    0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 9, 'a', 'b',
};
static const uint8_t little_endian[] = {
    0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0,   1,
    0,    0,    0,    1,    0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 0, 'a', 'b',
};

static void reads_either_byte_order(void **state)
{
    (void)state;
    const uint8_t *files[] = {big_endian, little_endian};
    for (int i = 0; i < 2; i++) {
        struct captured frame;
        assert_int_equal(open_bytes(files[i], sizeof big_endian), PCAP_OK);
        assert_int_equal(reader.link, LINK_ETHERNET);
        assert_int_equal(pcap_next(&reader, &frame), PCAP_OK);
        assert_true(frame.at == 1000002000); /* 2 microseconds, in nanoseconds */
        assert_int_equal(frame.kept, 2);
        assert_int_equal(frame.len, 9);
        assert_memory_equal(frame.bytes, "ab", 2);
        assert_int_equal(pcap_next(&reader, &frame), PCAP_END);
        close_reader();
    }
}

static void reads_nanoseconds(void **state)
{
    (void)state;
    uint8_t bytes[sizeof big_endian];
    struct captured frame;
    memcpy(bytes, big_endian, sizeof bytes);
    bytes[2] = 0x3c;
    bytes[3] = 0x4d;
    assert_int_equal(open_bytes(bytes, sizeof bytes), PCAP_OK);
    assert_int_equal(pcap_next(&reader, &frame), PCAP_OK);
    assert_true(frame.at == 1000000002);
    close_reader();
}

static void every_cut_is_told(void **state)
{
    (void)state;
    for (size_t len = 4; len < sizeof little_endian; len++) {
        struct captured frame;
        enum pcap_result result = open_bytes(little_endian, len);
        assert_int_equal(result, len < 24 ? PCAP_CUT : PCAP_OK);
        if (result == PCAP_OK)
            assert_int_equal(pcap_next(&reader, &frame), len == 24 ? PCAP_END : PCAP_CUT);
        close_reader();
    }
}

static void other_files_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(open_bytes("\x1f\x8b\x08", 4), PCAP_GZIP);
    close_reader();
    assert_int_equal(open_bytes("#!/bin/sh\necho this is a script", 31), PCAP_ALIEN);
    close_reader();
    assert_int_equal(open_bytes("", 0), PCAP_ALIEN);
    close_reader();
}

static void a_length_that_cannot_be_is_broken(void **state)
{
    (void)state;
    struct captured frame;
    uint8_t bytes[sizeof little_endian];
    memcpy(bytes, little_endian, sizeof bytes);
    bytes[24 + 8] = 10; /* more kept than there was */
    assert_int_equal(open_bytes(bytes, sizeof bytes), PCAP_OK);
    assert_int_equal(pcap_next(&reader, &frame), PCAP_BROKEN);
    close_reader();
    memset(bytes + 24 + 8, 0xff, 8); /* 4 GiB */
    assert_int_equal(open_bytes(bytes, sizeof bytes), PCAP_OK);
    assert_int_equal(pcap_next(&reader, &frame), PCAP_BROKEN);
    close_reader();
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    assert_int_equal(pcap_begin(full, LINK_ETHERNET), PCAP_ERROR);
    assert_string_equal(pcap_text(PCAP_ERROR), "No space left on device");
    fclose(full);
}

static void every_result_has_a_text(void **state)
{
    (void)state;
    for (int result = PCAP_OK; result <= PCAP_ERROR; result++)
        assert_true(strlen(pcap_text((enum pcap_result)result)) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(reads_either_byte_order),
        cmocka_unit_test(reads_nanoseconds),
        cmocka_unit_test(every_cut_is_told),
        cmocka_unit_test(other_files_are_told_apart),
        cmocka_unit_test(a_length_that_cannot_be_is_broken),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(every_result_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
