/* test_11_layers.c - lab 11: where each header of a frame
 * is, and the options in it, whatever their lengths. */
// sources: labs/11-packet-headers/frame.c labs/11-packet-headers/link.c
// sources: labs/11-packet-headers/ip.c labs/11-packet-headers/transport.c
// sources: labs/11-packet-headers/checksum.c labs/11-packet-headers/options.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../labs/11-packet-headers/frame.h"
#include "../../labs/11-packet-headers/options.h"

#include <stdlib.h>
#include <string.h>

/* Ethernet, a VLAN tag, IPv4 with a router alert, UDP, two bytes, and two of padding. */
static const uint8_t tagged[] = {
    2,    0, 0,   0,  0, 2, 2,    0,    0,    0,    0, 1,  0x81, 0, 0,   5,   8,  0,
    0x46, 0, 0,   34, 0, 0, 0,    0,    64,   17,   0, 0,  10,   0, 1,   1,   10, 0,
    1,    2, 148, 4,  0, 0, 0x75, 0x3b, 0x13, 0x93, 0, 10, 0,    0, 'h', 'i', 0,  0};

static void each_header_is_where_the_one_before_ends(void **state)
{
    (void)state;
    static const enum layer_kind kinds[] = {LAYER_ETHERNET, LAYER_VLAN, LAYER_IPV4, LAYER_UDP,
                                            LAYER_DATA};
    static const size_t lengths[] = {14, 4, 24, 8, 2};
    struct layers seen;
    struct frame f = parse_layers(LINK_ETHERNET, tagged, sizeof tagged, sizeof tagged, &seen);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(seen.count, 5);
    const uint8_t *at = tagged;
    for (size_t i = 0; i < seen.count; i++) {
        assert_int_equal(seen.layer[i].kind, kinds[i]);
        assert_int_equal(seen.layer[i].len, lengths[i]);
        assert_ptr_equal(seen.layer[i].at, at);
        at += lengths[i];
    }
}

static void a_cut_frame_has_no_header_beyond_its_end(void **state)
{
    (void)state;
    for (size_t kept = 0; kept < sizeof tagged; kept++) {
        struct layers seen;
        uint8_t *copy = malloc(kept + 1);
        memcpy(copy, tagged, kept);
        parse_layers(LINK_ETHERNET, copy, kept, sizeof tagged, &seen);
        for (size_t i = 0; i < seen.count; i++)
            assert_true(seen.layer[i].at + seen.layer[i].kept <= copy + kept);
        free(copy);
    }
}

static void more_headers_than_fit_are_left_out(void **state)
{
    (void)state;
    uint8_t frame[14 + 4 * 40] = {0};
    struct layers seen;
    for (size_t i = 12; i < sizeof frame; i += 4) { /* tags, one behind the other */
        frame[i] = 0x81;
        frame[i + 1] = 0;
    }
    parse_layers(LINK_ETHERNET, frame, sizeof frame, sizeof frame, &seen);
    assert_int_equal(seen.count, LAYERS_MAX);
}

static struct layer tcp_with(const uint8_t *header, size_t len)
{
    return (struct layer){.kind = LAYER_TCP, .at = header, .kept = len, .len = len};
}

static void options_are_found_in_order(void **state)
{
    (void)state;
    static const uint8_t header[28] = {
        [20] = 1, [21] = 2, [22] = 4, [23] = 5, [24] = 0xb4, [25] = 0, [26] = 2};
    struct layer layer = tcp_with(header, sizeof header);
    struct option o;
    size_t at = options_begin(&layer);
    assert_true(next_option_in(&layer, &at, &o));
    assert_int_equal(o.kind, 1);
    assert_true(next_option_in(&layer, &at, &o));
    assert_int_equal(o.kind, 2);
    assert_int_equal(o.len, 4);
    assert_string_equal(o.name, "maximum segment size");
    assert_true(next_option_in(&layer, &at, &o));
    assert_int_equal(o.kind, 0);
    assert_false(next_option_in(&layer, &at, &o)); /* what follows the end is padding */
    assert_int_equal(at, sizeof header);
}

static void an_impossible_length_is_no_option(void **state)
{
    (void)state;
    static const uint8_t lengths[] = {0, 1, 5, 255};
    for (size_t i = 0; i < sizeof lengths; i++) {
        uint8_t header[24] = {[20] = 99, [21] = lengths[i]};
        struct layer layer = tcp_with(header, sizeof header);
        struct option o;
        size_t at = options_begin(&layer);
        assert_false(next_option_in(&layer, &at, &o));
        assert_int_equal(at, 20);
    }
    uint8_t last[21] = {[20] = 99}; /* no byte for the length */
    struct layer layer = tcp_with(last, sizeof last);
    struct option o;
    size_t at = 20;
    assert_false(next_option_in(&layer, &at, &o));
}

static void in_ipv6_the_length_counts_the_value_only(void **state)
{
    (void)state;
    static const uint8_t header[8] = {17, 0, 0, 1, 3, 0, 0, 0};
    struct layer layer = {.kind = LAYER_EXTENSION, .number = 60, .at = header, .kept = 8, .len = 8};
    struct option o;
    size_t at = options_begin(&layer);
    assert_int_equal(at, 2);
    assert_true(next_option_in(&layer, &at, &o));
    assert_int_equal(o.len, 1);
    assert_true(next_option_in(&layer, &at, &o));
    assert_int_equal(o.len, 5);
    assert_false(next_option_in(&layer, &at, &o));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_header_is_where_the_one_before_ends),
        cmocka_unit_test(a_cut_frame_has_no_header_beyond_its_end),
        cmocka_unit_test(more_headers_than_fit_are_left_out),
        cmocka_unit_test(options_are_found_in_order),
        cmocka_unit_test(an_impossible_length_is_no_option),
        cmocka_unit_test(in_ipv6_the_length_counts_the_value_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
