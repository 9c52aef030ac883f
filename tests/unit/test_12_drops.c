/* test_12_drops.c - lab 12: what the firewall tells, and which frames it is about. */
// sources: labs/12-tcp-handshake/ladder/drops.c labs/11-packet-headers/link.c
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>

#include "../../labs/12-tcp-handshake/ladder/drops.h"

enum { PACKET = 32, ROOM = 4096 };

/* Messages as the kernel lays them out. */
static uint8_t messages[ROOM];
static size_t len;
static struct drops drops;

static int begin(void **state)
{
    (void)state;
    len = 0;
    memset(&drops, 0, sizeof drops);
    return 0;
}

static void put(const void *bytes, size_t n)
{
    memcpy(messages + len, bytes, n);
    len += n;
    while (len % 4 != 0)
        messages[len++] = 0xee;
}

static void put_attribute(unsigned type, const void *value, size_t n)
{
    struct nlattr head = {.nla_len = (uint16_t)(sizeof head + n), .nla_type = (uint16_t)type};
    put(&head, sizeof head);
    put(value, n);
}

/* A message about the packet, after an attribute whose length is no multiple of 4. */
static void put_message(unsigned type, const void *packet, size_t n)
{
    struct nfgenmsg family = {.res_id = 2};
    size_t begins = len;
    struct nlmsghdr head = {.nlmsg_type = (uint16_t)type};
    put(&head, sizeof head);
    put(&family, sizeof family);
    put_attribute(NFULA_PREFIX, "a", 2);
    put_attribute(NFULA_PAYLOAD, packet, n);
    head.nlmsg_len = (uint32_t)(len - begins);
    memcpy(messages + begins, &head, sizeof head);
}

enum { LOGGED = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET };

static void add_messages(void)
{
    /* In a block of just its size, so that a sanitizer notices a read beyond the end. */
    uint8_t *copy = malloc(len > 0 ? len : 1);
    assert_non_null(copy);
    memcpy(copy, messages, len);
    add_drops(&drops, copy, len);
    free(copy);
    len = 0;
}

/* An IPv4 packet of PACKET bytes that ends in that number. */
static const uint8_t *packet(unsigned number)
{
    static uint8_t bytes[PACKET];
    memset(bytes, 7, sizeof bytes);
    bytes[0] = 0x45;
    bytes[PACKET - 2] = (uint8_t)(number >> 8);
    bytes[PACKET - 1] = (uint8_t)number;
    return bytes;
}

static void drop(unsigned number)
{
    put_message(LOGGED, packet(number), PACKET);
}

static bool take_bytes(const uint8_t *bytes, size_t n)
{
    struct captured frame = {.bytes = bytes, .kept = n, .len = n};
    return take_drop(&drops, LINK_RAW, &frame);
}

static bool take(unsigned number)
{
    return take_bytes(packet(number), PACKET);
}

static void each_packet_is_found_once(void **state)
{
    (void)state;
    drop(2);
    drop(4);
    drop(4);
    add_messages();
    assert_false(take(1));
    assert_true(take(2));
    assert_false(take(2));
    assert_true(take(4));
    assert_true(take(4));
    assert_false(take(4));
    assert_int_equal(drops.count, 0);
}

static void the_order_does_not_matter(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        drop(i);
    add_messages();
    assert_true(take(3));
    assert_true(take(5));
    assert_true(take(0));
    assert_false(take(3));
    drop(6);
    add_messages();
    assert_true(take(1));
    assert_true(take(2));
    assert_true(take(6));
    assert_true(take(4));
    assert_int_equal(drops.count, 0);
}

static void a_link_header_and_padding_do_not_matter(void **state)
{
    (void)state;
    uint8_t bytes[14 + PACKET + 5] = {[12] = 0x08, [13] = 0x00}; /* EtherType: IPv4 */
    struct captured frame = {.bytes = bytes, .kept = sizeof bytes, .len = sizeof bytes};
    memcpy(bytes + 14, packet(1), PACKET);
    drop(1);
    add_messages();
    assert_true(take_drop(&drops, LINK_ETHERNET, &frame));
    drop(256); /* its last byte is 0 */
    memcpy(bytes + 14, packet(256), PACKET);
    add_messages();
    frame.kept = 14 + PACKET - 1; /* the capture has cut it */
    assert_false(take_drop(&drops, LINK_ETHERNET, &frame));
    bytes[12] = 0x88; /* not IP */
    frame.kept = sizeof bytes;
    assert_false(take_drop(&drops, LINK_ETHERNET, &frame));
}

static void the_hops_do_not_matter(void **state)
{
    (void)state;
    uint8_t bytes[PACKET];
    memcpy(bytes, packet(1), PACKET);
    drop(1);
    add_messages();
    bytes[8]++; /* TTL; the header's checksum follows it */
    bytes[10]--;
    bytes[11]--;
    bytes[9]++; /* the protocol does matter */
    assert_false(take_bytes(bytes, PACKET));
    bytes[9]--;
    assert_true(take_bytes(bytes, PACKET));
    bytes[0] = 0x60;
    put_message(LOGGED, bytes, PACKET);
    add_messages();
    bytes[7]--; /* the hop limit of IPv6 */
    bytes[8]++;
    assert_false(take_bytes(bytes, PACKET));
    bytes[8]--;
    assert_true(take_bytes(bytes, PACKET));
}

static void a_long_packet_is_known_by_its_beginning(void **state)
{
    (void)state;
    uint8_t bytes[DROP_BYTES * 2] = {0x45};
    put_message(LOGGED, bytes, DROP_BYTES);
    put_message(LOGGED, bytes, sizeof bytes);
    add_messages();
    bytes[DROP_BYTES - 1] = 1;
    assert_false(take_bytes(bytes, sizeof bytes));
    bytes[DROP_BYTES - 1] = 0;
    assert_true(take_bytes(bytes, sizeof bytes));
    assert_true(take_bytes(bytes, sizeof bytes));
}

static void less_than_a_header_tells_nothing(void **state)
{
    (void)state;
    put_message(LOGGED, packet(1), 19);
    put_message(LOGGED, packet(1), 0);
    add_messages();
    assert_false(take(1));
    put_message(LOGGED, packet(1), 20);
    add_messages();
    assert_true(take(1));
}

static void other_messages_are_skipped(void **state)
{
    (void)state;
    put_message(NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG, packet(1), PACKET);
    put_message(NLMSG_ERROR, packet(1), PACKET);
    drop(2);
    add_messages();
    assert_int_equal(drops.count, 1);
    assert_true(take(2));
}

static void broken_messages_tell_nothing(void **state)
{
    (void)state;
    drop(1);
    size_t whole = len;
    for (size_t cut = 0; cut < whole; cut++) {
        len = cut;
        add_messages();
    }
    assert_int_equal(drops.count, 0);
    /* Any byte may be anything. It must come to an end, and read nothing beyond it. */
    for (size_t at = 0; at < whole; at++)
        for (unsigned byte = 0; byte < 256; byte += 5) {
            drop(1);
            messages[at] = (uint8_t)byte;
            add_messages();
        }
}

static void of_too_many_the_newest_are_kept(void **state)
{
    (void)state;
    for (unsigned i = 0; i < DROPS_MAX + 2; i++) {
        drop(i);
        add_messages();
    }
    assert_int_equal(drops.forgotten, 2);
    assert_false(take(0));
    assert_false(take(1));
    assert_true(take(DROPS_MAX + 1));
    for (unsigned i = 2; i <= DROPS_MAX; i++)
        assert_true(take(i));
    assert_int_equal(drops.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_packet_is_found_once, begin),
        cmocka_unit_test_setup(the_order_does_not_matter, begin),
        cmocka_unit_test_setup(a_link_header_and_padding_do_not_matter, begin),
        cmocka_unit_test_setup(the_hops_do_not_matter, begin),
        cmocka_unit_test_setup(a_long_packet_is_known_by_its_beginning, begin),
        cmocka_unit_test_setup(less_than_a_header_tells_nothing, begin),
        cmocka_unit_test_setup(other_messages_are_skipped, begin),
        cmocka_unit_test_setup(broken_messages_tell_nothing, begin),
        cmocka_unit_test_setup(of_too_many_the_newest_are_kept, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
