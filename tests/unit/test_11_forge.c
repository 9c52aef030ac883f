/* test_11_forge.c - lab 11: the headers that the sampler makes
 * are what the parser reads, their sums right; and the CRC. */
// sources: labs/11-packet-headers/forge.c labs/11-packet-headers/checksum.c
// sources: labs/11-packet-headers/sums.c labs/11-packet-headers/fields.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../labs/11-packet-headers/checksum.h"
#include "../../labs/11-packet-headers/forge.h"
#include "../../labs/11-packet-headers/sums.h"

#include <arpa/inet.h>
#include <string.h>

static const struct sockaddr_in *ends(void)
{
    static struct sockaddr_in two[2];
    for (int i = 0; i < 2; i++)
        two[i] = (struct sockaddr_in){.sin_family = AF_INET,
                                      .sin_port = htons((uint16_t)(30011 + i)),
                                      .sin_addr.s_addr = htonl(0x0a000101 + (uint32_t)i)};
    return two;
}

static enum checksum judge(unsigned protocol, const uint8_t *bytes, size_t len, unsigned told)
{
    struct frame f = {.version = 4,
                      .protocol = protocol,
                      .from = {10, 0, 1, 1},
                      .to = {10, 0, 1, 2},
                      .sum = told};
    struct rest r = {.at = bytes, .kept = len, .len = len};
    return transport_checksum(&f, &r);
}

static void a_datagram_has_a_checksum_that_fits(void **state)
{
    (void)state;
    uint8_t bytes[FORGED_MAX];
    size_t len = forge_udp(bytes, ends(), "hello", 1);
    assert_int_equal(len, 13);
    assert_int_equal(get16(bytes + 4), 13);
    assert_int_equal(judge(IPPROTO_UDP, bytes, len, get16(bytes + 6)), CHECKSUM_RIGHT);
    bytes[8] ^= 1;
    assert_int_equal(judge(IPPROTO_UDP, bytes, len, get16(bytes + 6)), CHECKSUM_WRONG);
}

static void or_none(void **state)
{
    (void)state;
    uint8_t bytes[FORGED_MAX];
    forge_udp(bytes, ends(), "hello", 0);
    assert_int_equal(get16(bytes + 6), 0);
}

static void a_sum_of_0_is_sent_as_all_ones(void **state)
{
    (void)state;
    uint8_t bytes[FORGED_MAX];
    forge_udp(bytes, ends(), "\x01\x01", 1);
    unsigned sum = get16(bytes + 6); /* the word that makes all others add up to 0xffff */
    unsigned word = 0x0101 + sum;
    word = (word & 0xffff) + (word >> 16);
    char data[] = {(char)(word >> 8), (char)word, '\0'};
    assert_int_equal(strlen(data), 2);
    forge_udp(bytes, ends(), data, 1);
    assert_int_equal(get16(bytes + 6), 0xffff);
}

static void words_may_change_places(void **state)
{
    (void)state;
    uint8_t one[FORGED_MAX], other[FORGED_MAX];
    size_t len = forge_udp(one, ends(), "A:10B:90", 1);
    forge_udp(other, ends(), "A:90B:10", 1);
    assert_int_equal(get16(one + 6), get16(other + 6));
    assert_int_not_equal(crc32_of(one, len), crc32_of(other, len));
}

static void all_flags_and_a_checksum_that_fits(void **state)
{
    (void)state;
    uint8_t bytes[FORGED_MAX];
    size_t len = forge_flags(bytes, ends());
    assert_int_equal(len, 20);
    assert_int_equal(bytes[13], 0xff);
    assert_int_equal(judge(IPPROTO_TCP, bytes, len, get16(bytes + 16)), CHECKSUM_RIGHT);
}

static void what_is_too_long_is_not_made(void **state)
{
    (void)state;
    uint8_t bytes[FORGED_MAX];
    char data[FORGED_MAX + 1];
    memset(data, 'x', FORGED_MAX);
    data[FORGED_MAX - 8] = '\0';
    assert_int_equal(forge_udp(bytes, ends(), data, 1), FORGED_MAX);
    data[FORGED_MAX - 8] = 'x';
    data[FORGED_MAX - 7] = '\0';
    assert_int_equal(forge_udp(bytes, ends(), data, 1), 0);
    assert_int_equal(forge_vlan(bytes, (const uint8_t[6]){0}, 5, data), 0);
}

static void the_crc_of_the_standard(void **state)
{
    (void)state;
    assert_int_equal(crc32_of((const uint8_t *)"123456789", 9), 0xcbf43926);
    assert_int_equal(crc32_of((const uint8_t *)"", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_has_a_checksum_that_fits),
        cmocka_unit_test(or_none),
        cmocka_unit_test(a_sum_of_0_is_sent_as_all_ones),
        cmocka_unit_test(words_may_change_places),
        cmocka_unit_test(all_flags_and_a_checksum_that_fits),
        cmocka_unit_test(what_is_too_long_is_not_made),
        cmocka_unit_test(the_crc_of_the_standard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
