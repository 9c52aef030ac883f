/* test_11_frame.c - lab 11: the parser on captured frames, on frames that are cut off, and on
 * frames that lie about their lengths. */
// sources: labs/11-packet-headers/frame.c labs/11-packet-headers/link.c
// sources: labs/11-packet-headers/ip.c labs/11-packet-headers/transport.c
// sources: labs/11-packet-headers/checksum.c
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "../../labs/11-packet-headers/frame.h"
#include "../../labs/11-packet-headers/link.h"

/* Captured on a wire between two hosts, 10.0.1.1 and 10.0.1.2:
 * IPv6 with an extension header (hop by hop) before ICMPv6, */
static const uint8_t membership[] = {
    0x33, 0x33, 0x00, 0x00, 0x00, 0x16, 0xbe, 0xd7, 0x7e, 0x10, 0xb8, 0x23, 0x86, 0xdd, 0x60, 0x00,
    0x00, 0x00, 0x00, 0x38, 0x00, 0x01, 0xfe, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xbc, 0xd7,
    0x7e, 0xff, 0xfe, 0x10, 0xb8, 0x23, 0xff, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x16, 0x3a, 0x00, 0x05, 0x02, 0x00, 0x00, 0x01, 0x00, 0x8f, 0x00,
    0xc4, 0xad, 0x00, 0x00, 0x00, 0x02, 0x04, 0x00, 0x00, 0x00, 0xff, 0x02, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0xff, 0x10, 0xb8, 0x23, 0x04, 0x00, 0x00, 0x00, 0xff, 0x02,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0xff, 0x00, 0x00, 0x02,
};
/* ARP, */
static const uint8_t arp[] = {
    0x56, 0x67, 0xe8, 0x78, 0x80, 0xbb, 0xbe, 0xd7, 0x7e, 0x10, 0xb8, 0x23, 0x08, 0x06,
    0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x02, 0xbe, 0xd7, 0x7e, 0x10, 0xb8, 0x23,
    0x0a, 0x00, 0x01, 0x02, 0x56, 0x67, 0xe8, 0x78, 0x80, 0xbb, 0x0a, 0x00, 0x01, 0x01,
};
/* the answer to a SYN, */
static const uint8_t syn_ack[] = {
    0x56, 0x67, 0xe8, 0x78, 0x80, 0xbb, 0xbe, 0xd7, 0x7e, 0x10, 0xb8, 0x23, 0x08, 0x00, 0x45,
    0x00, 0x00, 0x3c, 0x00, 0x00, 0x40, 0x00, 0x40, 0x06, 0x24, 0xba, 0x0a, 0x00, 0x01, 0x02,
    0x0a, 0x00, 0x01, 0x01, 0x13, 0x89, 0x8f, 0x48, 0x4f, 0x72, 0xaa, 0xec, 0xbe, 0x76, 0x9f,
    0xb2, 0xa0, 0x12, 0xfe, 0x88, 0x5a, 0xc9, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x04, 0x02,
    0x08, 0x0a, 0x73, 0x66, 0x17, 0xf1, 0x2f, 0x34, 0x22, 0xb3, 0x01, 0x03, 0x03, 0x0a,
};
/* "hello\n", */
static const uint8_t hello[] = {
    0x56, 0x67, 0xe8, 0x78, 0x80, 0xbb, 0xbe, 0xd7, 0x7e, 0x10, 0xb8, 0x23, 0x08, 0x00, 0x45,
    0x00, 0x00, 0x3a, 0xd0, 0x5a, 0x40, 0x00, 0x40, 0x06, 0x54, 0x61, 0x0a, 0x00, 0x01, 0x02,
    0x0a, 0x00, 0x01, 0x01, 0x13, 0x89, 0x8f, 0x48, 0x4f, 0x72, 0xaa, 0xed, 0xbe, 0x76, 0x9f,
    0xb9, 0x80, 0x18, 0x00, 0x40, 0x43, 0xee, 0x00, 0x00, 0x01, 0x01, 0x08, 0x0a, 0x73, 0x66,
    0x17, 0xf2, 0x2f, 0x34, 0x22, 0xb4, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x0a,
};
/* "hi\n" by IPv6, */
static const uint8_t hi6[] = {
    0x56, 0x67, 0xe8, 0x78, 0x80, 0xbb, 0xbe, 0xd7, 0x7e, 0x10, 0xb8, 0x23, 0x86, 0xdd, 0x60,
    0x0d, 0x1e, 0xbd, 0x00, 0x23, 0x06, 0x40, 0xfd, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xfd, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x13, 0x8a, 0xc5, 0x30, 0x85, 0xd1,
    0x53, 0xb6, 0x17, 0xf8, 0xb4, 0xa8, 0x80, 0x18, 0x00, 0x3f, 0xc2, 0x91, 0x00, 0x00, 0x01,
    0x01, 0x08, 0x0a, 0x7d, 0xcb, 0x1b, 0xbc, 0xa7, 0x32, 0x87, 0xd4, 0x68, 0x69, 0x0a,
};
/* what a closed UDP port says, with the datagram quoted, */
static const uint8_t unreachable[] = {
    0x56, 0x67, 0xe8, 0x78, 0x80, 0xbb, 0xbe, 0xd7, 0x7e, 0x10, 0xb8, 0x23, 0x08, 0x00, 0x45, 0xc0,
    0x00, 0x42, 0xb6, 0x8f, 0x00, 0x00, 0x40, 0x01, 0xad, 0x69, 0x0a, 0x00, 0x01, 0x02, 0x0a, 0x00,
    0x01, 0x01, 0x03, 0x03, 0x13, 0x23, 0x00, 0x00, 0x00, 0x00, 0x45, 0x00, 0x00, 0x26, 0x3e, 0xf9,
    0x40, 0x00, 0x40, 0x11, 0xe5, 0xcb, 0x0a, 0x00, 0x01, 0x01, 0x0a, 0x00, 0x01, 0x02, 0xe6, 0x4c,
    0x1e, 0x61, 0x00, 0x12, 0x96, 0xf5, 0x4e, 0x23, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};
/* and an answer to `ping -s 8`. */
static const uint8_t echo_reply[] = {
    0x56, 0x67, 0xe8, 0x78, 0x80, 0xbb, 0xbe, 0xd7, 0x7e, 0x10, 0xb8, 0x23, 0x08,
    0x00, 0x45, 0x00, 0x00, 0x24, 0xb6, 0x90, 0x00, 0x00, 0x40, 0x01, 0xae, 0x46,
    0x0a, 0x00, 0x01, 0x02, 0x0a, 0x00, 0x01, 0x01, 0x00, 0x00, 0x33, 0x70, 0xc0,
    0x7e, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
};

/* A copy in a heap block of just its size, so that the
 * sanitizer and valgrind notice a read beyond its end. */
static uint8_t *copy(const uint8_t *bytes, size_t len)
{
    uint8_t *block = malloc(len > 0 ? len : 1);
    assert_non_null(block);
    memcpy(block, bytes, len);
    return block;
}

static struct frame parse(const uint8_t *bytes, size_t len)
{
    return parse_frame(LINK_ETHERNET, bytes, len, len);
}

#define PARSE(bytes) parse(bytes, sizeof(bytes))

static void assert_address(const uint8_t *address, unsigned a, unsigned b, unsigned c, unsigned d)
{
    const uint8_t expected[16] = {(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d};
    assert_memory_equal(address, expected, sizeof expected);
}

static void reads_tcp(void **state)
{
    (void)state;
    struct frame f = PARSE(syn_ack);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(f.version, 4);
    assert_int_equal(f.protocol, IPPROTO_TCP);
    assert_int_equal(f.ttl, 64);
    assert_address(f.from, 10, 0, 1, 2);
    assert_address(f.to, 10, 0, 1, 1);
    assert_int_equal(f.from_port, 5001);
    assert_int_equal(f.to_port, 36680);
    assert_int_equal(f.seq, 0x4f72aaec);
    assert_int_equal(f.ack, 0xbe769fb2);
    assert_int_equal(f.flags, TCP_SYN | TCP_ACK);
    assert_int_equal(f.window, 65160);
    assert_int_equal(f.data_len, 0);
    assert_int_equal(f.ip_checksum, CHECKSUM_RIGHT);
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
}

static void reads_data(void **state)
{
    (void)state;
    struct frame f = PARSE(hello);
    assert_int_equal(f.flags, TCP_PSH | TCP_ACK);
    assert_int_equal(f.data_len, 6);
    assert_int_equal(f.data_kept, 6);
    assert_memory_equal(f.data, "hello\n", 6);
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
}

static void reads_ipv6(void **state)
{
    (void)state;
    struct frame f = PARSE(hi6);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(f.version, 6);
    assert_memory_equal(f.from, ((uint8_t[]){0xfd, 0, 0, 1, [15] = 2}), 16);
    assert_memory_equal(f.to, ((uint8_t[]){0xfd, 0, 0, 1, [15] = 1}), 16);
    assert_int_equal(f.from_port, 5002);
    assert_int_equal(f.data_len, 3);
    assert_memory_equal(f.data, "hi\n", 3);
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
}

static void passes_over_extension_headers(void **state)
{
    (void)state;
    struct frame f = PARSE(membership);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(f.protocol, IPPROTO_ICMPV6);
    assert_int_equal(f.type, 143); /* a multicast listener report (RFC 3810) */
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
}

static void reads_icmp(void **state)
{
    (void)state;
    struct frame f = PARSE(echo_reply), quoted;
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(f.protocol, IPPROTO_ICMP);
    assert_int_equal(f.type, 0);
    assert_int_equal(f.id, 0xc07e);
    assert_int_equal(f.number, 1);
    assert_int_equal(f.data_len, 8);
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
    assert_false(parse_quote(&f, &quoted));
}

static void reads_what_an_error_quotes(void **state)
{
    (void)state;
    struct frame f = PARSE(unreachable), quoted;
    assert_int_equal(f.type, 3);
    assert_int_equal(f.code, 3);
    assert_true(parse_quote(&f, &quoted));
    assert_int_equal(quoted.protocol, IPPROTO_UDP);
    assert_address(quoted.from, 10, 0, 1, 1);
    assert_address(quoted.to, 10, 0, 1, 2);
    assert_int_equal(quoted.from_port, 58956);
    assert_int_equal(quoted.to_port, 7777);
    struct layers seen;
    assert_true(parse_quoted_layers(&f, &quoted, &seen));
    assert_int_equal(seen.count, 3);
    assert_int_equal(seen.layer[0].kind, LAYER_IPV4);
    assert_ptr_equal(seen.layer[0].at, f.data);
    assert_int_equal(seen.layer[1].kind, LAYER_UDP);
    assert_int_equal(seen.layer[2].kind, LAYER_DATA);
    struct frame tcp = PARSE(syn_ack);
    assert_false(parse_quote(&tcp, &quoted));
    assert_false(parse_quoted_layers(&tcp, &quoted, &seen));
    assert_int_equal(seen.count, 0);
}

static void an_error_may_quote_eight_bytes_of_tcp(void **state)
{
    (void)state;
    uint8_t bytes[14 + 20 + 8 + 20 + 8];
    memcpy(bytes, unreachable, 14 + 20 + 8);
    memcpy(bytes + 14 + 20 + 8, syn_ack + 14, 20 + 8);
    bytes[14 + 3] = 20 + 8 + 20 + 8;
    struct frame f = PARSE(bytes), quoted;
    assert_true(parse_quote(&f, &quoted));
    assert_int_equal(quoted.verdict, FRAME_CUT);
    assert_int_equal(quoted.to_port, 36680);
    assert_int_equal(quoted.seq, 0x4f72aaec);
    assert_int_equal(quoted.flags, 0);
}

static void arp_has_its_name(void **state)
{
    (void)state;
    struct frame f = PARSE(arp);
    assert_int_equal(f.verdict, FRAME_ARP);
    assert_int_equal(f.version, 0);
}

/* Its options are 20 bytes long. */
static void a_tcp_header_whose_options_are_cut_is_read(void **state)
{
    (void)state;
    for (size_t kept = 14 + 20 + 20; kept < sizeof syn_ack; kept++) {
        uint8_t *block = copy(syn_ack, kept);
        struct frame f = parse_frame(LINK_ETHERNET, block, kept, sizeof syn_ack);
        assert_int_equal(f.verdict, FRAME_CUT);
        assert_int_equal(f.flags, TCP_SYN | TCP_ACK);
        assert_int_equal(f.window, 65160);
        assert_non_null(f.data);
        assert_int_equal(f.data_len, 0);
        assert_int_equal(f.data_kept, 0);
        free(block);
    }
}

static void a_flipped_bit_is_a_wrong_checksum(void **state)
{
    (void)state;
    static const struct {
        const uint8_t *bytes;
        size_t len;
    } frames[] = {{hello, sizeof hello}, {hi6, sizeof hi6}, {echo_reply, sizeof echo_reply}};
    for (size_t i = 0; i < 3; i++) {
        uint8_t *block = copy(frames[i].bytes, frames[i].len);
        block[frames[i].len - 1] ^= 1;
        struct frame f = parse(block, frames[i].len);
        assert_int_equal(f.verdict, FRAME_WHOLE);
        assert_int_equal(f.checksum, CHECKSUM_WRONG);
        free(block);
    }
    uint8_t *block = copy(hello, sizeof hello);
    block[14 + 8]--; /* the time to live: a router that forgot to mend the checksum */
    struct frame f = parse(block, sizeof hello);
    assert_int_equal(f.ip_checksum, CHECKSUM_WRONG);
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
    free(block);
}

/* As hello[], whose checksum begins at byte 14 + 20 + 16. */
static enum checksum checksum_of_hello(unsigned sum)
{
    uint8_t bytes[sizeof hello];
    memcpy(bytes, hello, sizeof bytes);
    bytes[50] = (uint8_t)(sum >> 8);
    bytes[51] = (uint8_t)sum;
    struct frame f = PARSE(bytes);
    assert_int_equal(f.sum, sum);
    return f.checksum;
}

static void a_checksum_that_is_left_to_the_card_is_not_wrong(void **state)
{
    (void)state;
    /* Of the pseudo-header: 0a00 + 0102 + 0a00 + 0101 + 0006 + 0026. */
    assert_int_equal(checksum_of_hello(0x162f), CHECKSUM_LEFT);
    assert_int_equal(checksum_of_hello(0), CHECKSUM_LEFT);
    assert_int_equal(checksum_of_hello(0x43ee), CHECKSUM_RIGHT);
    assert_int_equal(checksum_of_hello(0x162e), CHECKSUM_WRONG);
}

static void so_is_one_of_ip(void **state)
{
    (void)state;
    uint8_t bytes[sizeof hello];
    memcpy(bytes, hello, sizeof bytes);
    bytes[24] = bytes[25] = 0;
    struct frame f = PARSE(bytes);
    assert_int_equal(f.ip_checksum, CHECKSUM_LEFT);
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
}

static void udp_without_a_checksum_has_none(void **state)
{
    (void)state;
    struct frame f, error = PARSE(unreachable);
    uint8_t *block = copy(error.data, error.data_kept); /* the quoted datagram is whole */
    f = parse_frame(LINK_RAW, block, error.data_kept, error.data_kept);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(f.data_len, 10);
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
    block[26] = block[27] = 0;
    f = parse_frame(LINK_RAW, block, error.data_kept, error.data_kept);
    assert_int_equal(f.checksum, CHECKSUM_UNKNOWN);
    free(block);
}

static void ethernet_fills_short_frames_up(void **state)
{
    (void)state;
    uint8_t bytes[sizeof hello + 20] = {0};
    memcpy(bytes, hello, sizeof hello);
    struct frame f = PARSE(bytes);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(f.data_len, 6);
    assert_int_equal(f.checksum, CHECKSUM_RIGHT);
}

/* However little the capture kept, the frame is
 * FRAME_CUT, and what is set is as in the whole frame. */
static void every_cut_is_told(void **state)
{
    (void)state;
    const size_t headers = 14 + 20 + 32;
    for (size_t kept = 0; kept < sizeof hello; kept++) {
        uint8_t *block = copy(hello, kept);
        struct frame f = parse_frame(LINK_ETHERNET, block, kept, sizeof hello);
        assert_int_equal(f.verdict, kept < headers ? FRAME_CUT : FRAME_WHOLE);
        assert_int_equal(f.from_port, kept < 14 + 20 + 8 ? 0 : 5001);
        assert_int_equal(f.ack, kept < 14 + 20 + 20 ? 0 : 0xbe769fb9);
        assert_int_equal(f.data_len, kept < 14 + 20 + 20 ? 0 : 6);
        assert_int_equal(f.data_kept, kept < headers ? 0 : kept - headers);
        assert_int_equal(f.checksum, CHECKSUM_UNKNOWN);
        free(block);
    }
}

/* A frame that was short on the wire already contradicts its own lengths. */
static void every_short_frame_is_malformed(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof hi6; len++) {
        uint8_t *block = copy(hi6, len);
        struct frame f = parse(block, len);
        assert_int_equal(f.verdict, FRAME_MALFORMED);
        free(block);
    }
}

/* Wrong lengths and offsets in `hello`. */
static void lies_are_malformed(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
    } lies[] = {
        {14, 0x44},      /* an IP header of 16 bytes */
        {14 + 3, 19},    /* a packet shorter than its header */
        {14 + 2, 1},     /* longer than the frame */
        {14 + 32, 0x40}, /* a TCP header of 16 bytes */
        {14 + 32, 0xf0}, /* longer than the packet */
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        uint8_t *block = copy(hello, sizeof hello);
        block[lies[i].at] = lies[i].value;
        if (lies[i].at == 14 + 3)
            block[14 + 2] = 0;
        assert_int_equal(parse(block, sizeof hello).verdict, FRAME_MALFORMED);
        free(block);
    }
}

static void later_pieces_have_no_ports(void **state)
{
    (void)state;
    uint8_t *block = copy(hello, sizeof hello);
    block[14 + 6] = 0x20; /* more fragments: the first piece */
    struct frame f = parse(block, sizeof hello);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_true(f.fragmented);
    assert_int_equal(f.from_port, 5001);
    assert_int_equal(f.checksum, CHECKSUM_UNKNOWN);
    block[14 + 7] = 1; /* at 8 bytes */
    f = parse(block, sizeof hello);
    assert_int_equal(f.verdict, FRAME_FRAGMENT);
    assert_int_equal(f.from_port, 0);
    assert_address(f.from, 10, 0, 1, 2);
    free(block);
}

static void later_pieces_by_ipv6(void **state)
{
    (void)state;
    uint8_t bytes[sizeof hi6 + 8]; /* room for a fragment header */
    memcpy(bytes, hi6, 54);
    memcpy(bytes + 62, hi6 + 54, sizeof hi6 - 54);
    bytes[14 + 5] = (uint8_t)(bytes[14 + 5] + 8);
    bytes[14 + 6] = IPPROTO_FRAGMENT;
    memcpy(bytes + 54, (uint8_t[]){IPPROTO_TCP, 0, 0, 1, 0, 0, 0, 9}, 8);
    struct frame f = PARSE(bytes);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_true(f.fragmented);
    assert_int_equal(f.from_port, 5002);
    bytes[54 + 3] = 9;
    f = PARSE(bytes);
    assert_int_equal(f.verdict, FRAME_FRAGMENT);
    assert_int_equal(f.protocol, IPPROTO_TCP);
    assert_int_equal(f.from_port, 0);
}

/* A sender may leave a packet that is too long for
 * IP to the card, which cuts it: its length is 0. */
static void giants_have_no_length(void **state)
{
    (void)state;
    enum { DATA = 100000 };
    uint8_t *block = calloc(1, 14 + 20 + 32 + DATA);
    assert_non_null(block);
    memcpy(block, hello, 14 + 20 + 32);
    block[14 + 2] = block[14 + 3] = 0;
    struct frame f = parse(block, 14 + 20 + 32 + DATA);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(f.data_len, DATA);
    free(block);
}

static void knows_other_links(void **state)
{
    (void)state;
    uint8_t bytes[20 + sizeof hello] = {0};
    memcpy(bytes + 20, hello + 14, sizeof hello - 14);
    size_t packet = sizeof hello - 14;
    const enum link_type bare[] = {LINK_RAW, LINK_IPV4, LINK_IPV6};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(parse_frame(bare[i], bytes + 20, packet, packet).from_port, 5001);
    assert_int_equal(parse_frame(LINK_NULL, bytes + 16, packet + 4, packet + 4).from_port, 5001);
    bytes[18] = 8; /* the EtherType of IPv4 */
    assert_int_equal(parse_frame(LINK_SLL, bytes + 4, packet + 16, packet + 16).from_port, 5001);
    bytes[18] = 0;
    bytes[0] = 8;
    assert_int_equal(parse_frame(LINK_SLL2, bytes, packet + 20, packet + 20).from_port, 5001);
    enum link_type unknown = (enum link_type)9999;
    assert_int_equal(parse_frame(unknown, bytes, packet, packet).verdict, FRAME_NOT_IP);
    assert_false(knows_link(unknown));
    assert_string_equal(link_name(unknown), "");
    assert_string_equal(link_name((enum link_type)9), "PPP");
    const enum link_type known[] = {LINK_NULL, LINK_ETHERNET, LINK_RAW, LINK_SLL,
                                    LINK_SLL2, LINK_IPV4,     LINK_IPV6};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        assert_true(knows_link(known[i]));
}

static void looks_behind_vlan_tags(void **state)
{
    (void)state;
    uint8_t bytes[sizeof hello + 8];
    memcpy(bytes, hello, 12);
    memcpy(bytes + 12, (uint8_t[]){0x88, 0xa8, 0, 1, 0x81, 0, 0, 2}, 8);
    memcpy(bytes + 20, hello + 12, sizeof hello - 12);
    struct frame f = PARSE(bytes);
    assert_int_equal(f.verdict, FRAME_WHOLE);
    assert_int_equal(f.data_len, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_tcp),
        cmocka_unit_test(reads_data),
        cmocka_unit_test(reads_ipv6),
        cmocka_unit_test(passes_over_extension_headers),
        cmocka_unit_test(reads_icmp),
        cmocka_unit_test(reads_what_an_error_quotes),
        cmocka_unit_test(an_error_may_quote_eight_bytes_of_tcp),
        cmocka_unit_test(arp_has_its_name),
        cmocka_unit_test(a_tcp_header_whose_options_are_cut_is_read),
        cmocka_unit_test(a_flipped_bit_is_a_wrong_checksum),
        cmocka_unit_test(a_checksum_that_is_left_to_the_card_is_not_wrong),
        cmocka_unit_test(so_is_one_of_ip),
        cmocka_unit_test(udp_without_a_checksum_has_none),
        cmocka_unit_test(ethernet_fills_short_frames_up),
        cmocka_unit_test(every_cut_is_told),
        cmocka_unit_test(every_short_frame_is_malformed),
        cmocka_unit_test(lies_are_malformed),
        cmocka_unit_test(later_pieces_have_no_ports),
        cmocka_unit_test(later_pieces_by_ipv6),
        cmocka_unit_test(giants_have_no_length),
        cmocka_unit_test(knows_other_links),
        cmocka_unit_test(looks_behind_vlan_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
