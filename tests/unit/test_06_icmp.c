/* test_06_icmp.c - lab 06: the checksum on the example of RFC 1071, the parser on captured packets
 * and on damaged ones, the statistics. */
// sources: labs/06-icmp-ping/icmp.c labs/06-icmp-ping/stats.c
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/06-icmp-ping/icmp.h"
#include "../../labs/06-icmp-ping/stats.h"

enum { ID = 4711 };

/* Captured by raw sockets from `ping -e 4711 -s 4`. To 127.0.0.1: */
static const uint8_t own_request[] = {
    0x45, 0x00, 0x00, 0x20, 0x94, 0x5a, 0x40, 0x00, 0x40, 0x01, 0xa8, 0x80, 0x7f, 0x00, 0x00, 0x01,
    0x7f, 0x00, 0x00, 0x01, 0x08, 0x00, 0xe3, 0x93, 0x12, 0x67, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03,
};
static const uint8_t reply[] = {
    0x45, 0x00, 0x00, 0x20, 0x94, 0x5b, 0x00, 0x00, 0x40, 0x01, 0xe8, 0x7f, 0x7f, 0x00, 0x00, 0x01,
    0x7f, 0x00, 0x00, 0x01, 0x00, 0x00, 0xeb, 0x93, 0x12, 0x67, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03,
};
/* To 10.0.2.2 with a TTL of 1, the error that the router 10.0.1.2 sent: */
static const uint8_t expired[] = {
    0x45, 0xc0, 0x00, 0x3c, 0x5b, 0xb7, 0x00, 0x00, 0x40, 0x01, 0x08, 0x48, 0x0a, 0x00, 0x01,
    0x02, 0x0a, 0x00, 0x01, 0x01, 0x0b, 0x00, 0xf4, 0xff, 0x00, 0x00, 0x00, 0x00, 0x45, 0x00,
    0x00, 0x20, 0x1f, 0xbf, 0x40, 0x00, 0x01, 0x01, 0x43, 0x1c, 0x0a, 0x00, 0x01, 0x01, 0x0a,
    0x00, 0x02, 0x02, 0x08, 0x00, 0xe3, 0x93, 0x12, 0x67, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03,
};
/* To the same host, with a firewall that rejects: */
static const uint8_t port_unreachable[] = {
    0x45, 0xc0, 0x00, 0x3c, 0xcb, 0x79, 0x00, 0x00, 0x3f, 0x01, 0x98, 0x85, 0x0a, 0x00, 0x02,
    0x02, 0x0a, 0x00, 0x01, 0x01, 0x03, 0x03, 0xfc, 0xfc, 0x00, 0x00, 0x00, 0x00, 0x45, 0x00,
    0x00, 0x20, 0x1f, 0xd8, 0x40, 0x00, 0x3f, 0x01, 0x05, 0x03, 0x0a, 0x00, 0x01, 0x01, 0x0a,
    0x00, 0x02, 0x02, 0x08, 0x00, 0xe3, 0x93, 0x12, 0x67, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03,
};
/* With IPv6, where the kernel removes the IP header (ipv6(7)): */
static const uint8_t expired6[] = {
    0x03, 0x00, 0x7e, 0x63, 0x00, 0x00, 0x00, 0x00, 0x60, 0x0b, 0xea, 0x4c, 0x00, 0x0c, 0x3a,
    0x01, 0xfd, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x01, 0xfd, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x02, 0x80, 0x00, 0x71, 0x45, 0x12, 0x67, 0x00, 0x01, 0x00, 0x01, 0x02, 0x03,
};
static const uint8_t reply6[] = {0x81, 0x00, 0x70, 0x45, 0x12, 0x67,
                                 0x00, 0x01, 0x00, 0x01, 0x02, 0x03};
static const uint8_t solicitation6[] = {
    0x88, 0x00, 0x77, 0x70, 0xe0, 0x00, 0x00, 0x00, 0xfd, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x01, 0xca, 0x63, 0x02, 0x13, 0x5a, 0xb1,
};
/* The error of a router about the UDP probe of a traceroute: */
static const uint8_t about_udp[] = {
    0x45, 0xc0, 0x00, 0x39, 0x5b, 0xe2, 0x00, 0x00, 0x40, 0x01, 0x08, 0x20, 0x0a, 0x00, 0x01,
    0x02, 0x0a, 0x00, 0x01, 0x01, 0x0b, 0x00, 0xcf, 0x6b, 0x00, 0x00, 0x00, 0x00, 0x45, 0x00,
    0x00, 0x1d, 0x06, 0x47, 0x40, 0x00, 0x01, 0x11, 0x5c, 0x87, 0x0a, 0x00, 0x01, 0x01, 0x0a,
    0x00, 0x02, 0x02, 0x8b, 0xd3, 0x82, 0x9a, 0x00, 0x09, 0x17, 0x1d, 0x00,
};

/* Parses a copy on the heap of exactly that size, so that AddressSanitizer and valgrind notice any
 * read beyond its end. */
static struct icmp_message parse(const uint8_t *packet, size_t len, enum form form, unsigned id)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    if (!copy)
        abort();
    memcpy(copy, packet, len);
    struct icmp_message m = parse_icmp(copy, len, form, id);
    if (m.data) { /* it must point into the copy; the caller wants it in the original */
        assert_true(m.data >= copy && m.data + m.data_len <= copy + len);
        m.data = packet + (m.data - copy);
    }
    free(copy);
    return m;
}

#define PARSE(packet, form) parse(packet, sizeof(packet), form, ID)

static void checksum_of_the_example_in_rfc_1071(void **state)
{
    (void)state;
    const uint8_t example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    assert_int_equal(internet_checksum(example, sizeof example), 0xffff - 0xddf2);
}

static void checksum_of_nothing_and_of_odd_lengths(void **state)
{
    (void)state;
    const uint8_t bytes[] = {0x12, 0x34, 0x56};
    assert_int_equal(internet_checksum(bytes, 0), 0xffff);
    assert_int_equal(internet_checksum(bytes, 1), 0xffff - 0x1200);
    assert_int_equal(internet_checksum(bytes, 3), 0xffff - 0x1234 - 0x5600);
}

static void checksum_carries_more_than_once(void **state)
{
    (void)state;
    static uint8_t ones[PACKET_MAX];
    memset(ones, 0xff, sizeof ones);
    assert_int_equal(internet_checksum(ones, PACKET_MAX - 1), 0);
    assert_int_equal(internet_checksum(ones, PACKET_MAX), 0x00ff); /* the odd byte counts as ff00 */
}

static void checksum_over_a_right_checksum_is_zero(void **state)
{
    (void)state;
    assert_int_equal(internet_checksum(reply, IP_HEADER_MIN), 0); /* IP uses the same one */
    assert_int_equal(internet_checksum(reply + IP_HEADER_MIN, 12), 0);
}

static void builds_the_captured_packets(void **state)
{
    (void)state;
    const uint8_t data[] = {0, 1, 2, 3};
    uint8_t packet[ECHO_HEADER_LEN + sizeof data];
    size_t len = build_echo(packet, request_type(FORM_IP), ID, 1, data, sizeof data);
    assert_int_equal(len, sizeof packet);
    assert_memory_equal(packet, own_request + IP_HEADER_MIN, len);
    build_echo(packet, reply_type(FORM_ICMP), ID, 1, data, sizeof data);
    assert_memory_equal(packet, reply + IP_HEADER_MIN, len);
}

static void builds_without_data_and_in_place(void **state)
{
    (void)state;
    uint8_t packet[ECHO_HEADER_LEN + 3] = {[ECHO_HEADER_LEN] = 'a', 'b', 'c'};
    assert_int_equal(build_echo(packet, 8, 65535, 65535, packet + ECHO_HEADER_LEN, 0), 8);
    assert_int_equal(internet_checksum(packet, 8), 0);
    build_echo(packet, 8, 1, 2, packet + ECHO_HEADER_LEN, 3);
    assert_memory_equal(packet + ECHO_HEADER_LEN, "abc", 3);
    assert_int_equal(internet_checksum(packet, sizeof packet), 0);
}

static void reads_a_reply_field_by_field(void **state)
{
    (void)state;
    struct icmp_message m = PARSE(reply, FORM_IP);
    assert_int_equal(m.verdict, REPLY);
    assert_true(m.has_ip);
    assert_int_equal(m.ip.version, 4);
    assert_int_equal(m.ip.header_len, 20);
    assert_int_equal(m.ip.total_len, 32);
    assert_int_equal(m.ip.ttl, 64);
    assert_int_equal(m.ip.protocol, 1);
    assert_memory_equal(m.ip.from, "\x7f\x00\x00\x01", 4);
    assert_int_equal(m.type, 0);
    assert_int_equal(m.code, 0);
    assert_int_equal(m.checksum, 0xeb93);
    assert_int_equal(m.id, ID);
    assert_int_equal(m.seq, 1);
    assert_int_equal(m.data_len, 4);
    assert_memory_equal(m.data, "\x00\x01\x02\x03", 4);
    assert_false(m.has_inner);
}

static void reads_what_a_datagram_socket_gives(void **state)
{
    (void)state;
    struct icmp_message m = parse(reply + IP_HEADER_MIN, 12, FORM_ICMP, ID);
    assert_int_equal(m.verdict, REPLY);
    assert_false(m.has_ip);
    assert_int_equal(m.data_len, 4);
}

static void recognises_our_request_and_foreign_messages(void **state)
{
    (void)state;
    assert_int_equal(PARSE(own_request, FORM_IP).verdict, OWN_REQUEST);
    assert_int_equal(parse(own_request, sizeof own_request, FORM_IP, 1).verdict, FOREIGN);
    assert_int_equal(parse(reply, sizeof reply, FORM_IP, ID + 1).verdict, WRONG_ID);
    uint8_t redirect[sizeof expired];
    memcpy(redirect, expired, sizeof expired);
    redirect[20] = 5;
    redirect[22] = 0xfa; /* the checksum is as much larger as the type is smaller */
    assert_int_equal(PARSE(redirect, FORM_IP).verdict, FOREIGN);
}

static void says_what_an_error_is_about(void **state)
{
    (void)state;
    struct icmp_message m = PARSE(expired, FORM_IP);
    assert_int_equal(m.verdict, EXPIRED);
    assert_memory_equal(m.ip.from, "\x0a\x00\x01\x02", 4);
    assert_true(m.has_inner);
    assert_int_equal(m.inner.ttl, 1);
    assert_memory_equal(m.inner.to, "\x0a\x00\x02\x02", 4);
    assert_int_equal(m.id, ID);
    assert_int_equal(m.seq, 1);
    m = PARSE(port_unreachable, FORM_IP);
    assert_int_equal(m.verdict, UNREACHABLE);
    assert_int_equal(m.code, 3);
    assert_int_equal(parse(expired, sizeof expired, FORM_IP, 1).verdict, FOREIGN);
    assert_int_equal(PARSE(about_udp, FORM_IP).verdict, FOREIGN);
}

static void reads_icmpv6(void **state)
{
    (void)state;
    struct icmp_message m = PARSE(reply6, FORM_ICMP6);
    assert_int_equal(m.verdict, REPLY);
    assert_int_equal(m.id, ID);
    assert_int_equal(m.data_len, 4);
    m = PARSE(expired6, FORM_ICMP6);
    assert_int_equal(m.verdict, EXPIRED);
    assert_int_equal(m.id, ID);
    assert_int_equal(m.seq, 1);
    assert_int_equal(parse(expired6, sizeof expired6, FORM_ICMP6, 1).verdict, FOREIGN);
    assert_int_equal(PARSE(solicitation6, FORM_ICMP6).verdict, FOREIGN);
}

/* However much is cut off, the parser says so and reads nothing beyond the end. */
static void recognises_truncated_packets_at_every_length(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof expired; len++)
        assert_int_equal(parse(expired, len, FORM_IP, ID).verdict, TRUNCATED);
    for (size_t len = 0; len < ECHO_HEADER_LEN; len++) {
        assert_int_equal(parse(reply + IP_HEADER_MIN, len, FORM_ICMP, ID).verdict, TRUNCATED);
        assert_int_equal(parse(reply6, len, FORM_ICMP6, ID).verdict, TRUNCATED);
    }
    for (size_t len = 0; len < 8 + 40 + ECHO_HEADER_LEN; len++)
        assert_int_equal(parse(expired6, len, FORM_ICMP6, ID).verdict, TRUNCATED);
    for (size_t len = ECHO_HEADER_LEN; len < 12; len++) /* the checksum shows that it was cut */
        assert_int_equal(parse(reply + IP_HEADER_MIN, len, FORM_ICMP, ID).verdict, BAD_CHECKSUM);
}

/* An error that quotes too little of a packet, with a correct checksum. */
static void recognises_short_quotes(void **state)
{
    (void)state;
    for (size_t quoted = 0; quoted < 28; quoted++) {
        uint8_t packet[8 + 28] = {11};
        memcpy(packet + 8, expired + 28, quoted);
        uint16_t sum = internet_checksum(packet, 8 + quoted);
        packet[2] = (uint8_t)(sum >> 8);
        packet[3] = (uint8_t)sum;
        assert_int_equal(parse(packet, 8 + quoted, FORM_ICMP, ID).verdict, TRUNCATED);
    }
}

static void recognises_damage_of_any_bit_of_the_message(void **state)
{
    (void)state;
    for (size_t bit = (size_t)IP_HEADER_MIN * 8; bit < sizeof reply * 8; bit++) {
        uint8_t copy[sizeof reply];
        memcpy(copy, reply, sizeof reply);
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(PARSE(copy, FORM_IP).verdict, BAD_CHECKSUM);
    }
}

static void does_not_believe_an_ip_header_that_lies(void **state)
{
    (void)state;
    uint8_t copy[sizeof reply];
    memcpy(copy, reply, sizeof reply);
    copy[0] = 0x44; /* 16 bytes of header: too short */
    assert_int_equal(PARSE(copy, FORM_IP).verdict, TRUNCATED);
    copy[0] = 0x4f; /* 60: longer than the packet */
    assert_int_equal(PARSE(copy, FORM_IP).verdict, TRUNCATED);
    copy[0] = 0x65; /* version 6 */
    assert_int_equal(PARSE(copy, FORM_IP).verdict, TRUNCATED);
    copy[0] = 0x45;
    copy[3] = 33; /* one byte more than came */
    assert_int_equal(PARSE(copy, FORM_IP).verdict, TRUNCATED);
    copy[3] = 19; /* less than its own header */
    assert_int_equal(PARSE(copy, FORM_IP).verdict, TRUNCATED);
}

static void finds_the_message_behind_ip_options(void **state)
{
    (void)state;
    uint8_t packet[24 + 12];
    memcpy(packet, reply, IP_HEADER_MIN);
    packet[0] = 0x46; /* 24 bytes of header */
    packet[3] = sizeof packet;
    memset(packet + IP_HEADER_MIN, 1, 4); /* four times "no operation" */
    memcpy(packet + 24, reply + IP_HEADER_MIN, 12);
    struct icmp_message m = PARSE(packet, FORM_IP);
    assert_int_equal(m.verdict, REPLY);
    assert_int_equal(m.id, ID);
}

static void has_words_for_every_error(void **state)
{
    (void)state;
    assert_string_equal(error_text(FORM_IP, 11, 0), "Time to live exceeded");
    assert_string_equal(error_text(FORM_ICMP, 3, 0), "Destination Net Unreachable");
    assert_string_equal(error_text(FORM_ICMP, 3, 3), "Destination Port Unreachable");
    assert_string_equal(error_text(FORM_ICMP6, 1, 0), "Destination unreachable: No route");
    for (unsigned form = FORM_IP; form <= FORM_ICMP6; form++)
        for (unsigned type = 0; type < 256; type++)
            for (unsigned code = 0; code < 256; code++)
                assert_non_null(error_text((enum form)form, type, code));
}

/* --- stats.c --- */

static struct stats *fresh_stats(void)
{
    static struct stats s;
    memset(&s, 0, sizeof s);
    return &s;
}

static void counts_answers_duplicates_and_foreign_ones(void **state)
{
    (void)state;
    struct stats *s = fresh_stats();
    double ms = -1;
    count_sent(s, 1, 1000000);
    assert_int_equal(count_answer(s, 1, 3000000, &ms), FIRST_ANSWER);
    assert_true(ms == 2);
    assert_int_equal(count_answer(s, 1, 6000000, &ms), DUPLICATE);
    assert_true(ms == 5);
    assert_int_equal(count_answer(s, 2, 6000000, &ms), NEVER_SENT);
    assert_int_equal(s->received, 1);
    assert_int_equal(s->duplicates, 1);
    assert_int_equal(s->foreign, 1);
}

static void formats_as_ping_does(void **state)
{
    (void)state;
    struct stats *s = fresh_stats();
    char text[STATS_TEXT_MAX];
    double ms;
    for (uint16_t seq = 1; seq <= 4; seq++)
        count_sent(s, seq, 1);
    count_answer(s, 1, 1 + 1000000, &ms);
    count_answer(s, 2, 1 + 2000000, &ms);
    count_answer(s, 3, 1 + 6000000, &ms);
    assert_string_equal(format_counts(s, 3003.4, text),
                        "4 packets transmitted, 3 received, 25% packet loss, time 3003 ms");
    assert_string_equal(format_times(s, text), "rtt min/avg/max/mdev = 1.000/3.000/6.000/2.160 ms");
    s->corrupted = 1;
    s->duplicates = 2;
    s->errors = 3;
    assert_string_equal(format_counts(s, 0, text),
                        "4 packets transmitted, 3 received, +2 duplicates, +1 corrupted, "
                        "+3 errors, 25% packet loss, time 0 ms");
}

static void what_could_not_be_sent_is_neither_transmitted_nor_lost(void **state)
{
    (void)state;
    struct stats *s = fresh_stats();
    char text[STATS_TEXT_MAX];
    double ms;
    for (uint16_t seq = 1; seq <= 5; seq++)
        count_sent(s, seq, 1);
    count_answer(s, 1, 2, &ms);
    count_unsent(s, 2);
    assert_string_equal(
        format_counts(s, 0, text),
        "4 packets transmitted, 1 received, +1 not sent, 75% packet loss, time 0 ms");
    assert_int_equal(count_answer(s, 2, 2, &ms), NEVER_SENT);
}

static void formats_the_longest_numbers(void **state)
{
    (void)state;
    struct stats *s = fresh_stats();
    char text[STATS_TEXT_MAX];
    s->sent = s->received = s->duplicates = s->errors = s->corrupted = s->truncated = s->foreign =
        INT64_MAX;
    s->unsent = INT64_MAX / 2;
    s->min = s->max = s->sum = 1e15;
    assert_true(strlen(format_counts(s, 1e15, text)) < STATS_TEXT_MAX - 1);
    assert_true(strlen(format_times(s, text)) < STATS_TEXT_MAX - 1);
}

static void nothing_sent_nothing_lost(void **state)
{
    (void)state;
    char text[STATS_TEXT_MAX];
    assert_string_equal(format_counts(fresh_stats(), 0, text),
                        "0 packets transmitted, 0 received, time 0 ms");
    format_times(fresh_stats(), text);
}

static void is_settled_when_each_probe_has_an_answer_or_an_error(void **state)
{
    (void)state;
    struct stats *s = fresh_stats();
    double ms;
    assert_true(all_settled(s));
    count_sent(s, 1, 1000);
    count_sent(s, 2, 1000);
    count_answer(s, 1, 2000, &ms);
    count_answer(s, 1, 3000, &ms); /* a duplicate settles nothing */
    assert_false(all_settled(s));
    count_sent(s, 3, 1000);
    s->errors++;
    assert_false(all_settled(s));
    count_unsent(s, 3);
    assert_true(all_settled(s));
}

static void equal_times_have_no_deviation(void **state)
{
    (void)state;
    struct stats *s = fresh_stats();
    char text[STATS_TEXT_MAX];
    double ms;
    for (uint16_t seq = 0; seq < 1000; seq++) {
        count_sent(s, seq, 1);
        count_answer(s, seq, 1 + 123457, &ms);
    }
    assert_string_equal(format_times(s, text), "rtt min/avg/max/mdev = 0.123/0.123/0.123/0.000 ms");
}

static void a_sequence_number_comes_again_after_65536(void **state)
{
    (void)state;
    struct stats *s = fresh_stats();
    double ms;
    count_sent(s, 7, 1000);
    count_answer(s, 7, 2000, &ms);
    count_sent(s, 7, 5000000); /* 65,536 probes later */
    assert_int_equal(count_answer(s, 7, 6000000, &ms), FIRST_ANSWER);
    assert_true(ms == 1);
}

static void a_clock_set_back_gives_no_negative_time(void **state)
{
    (void)state;
    struct stats *s = fresh_stats();
    double ms;
    count_sent(s, 1, 5000);
    assert_int_equal(count_answer(s, 1, 4000, &ms), FIRST_ANSWER);
    assert_true(ms == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksum_of_the_example_in_rfc_1071),
        cmocka_unit_test(checksum_of_nothing_and_of_odd_lengths),
        cmocka_unit_test(checksum_carries_more_than_once),
        cmocka_unit_test(checksum_over_a_right_checksum_is_zero),
        cmocka_unit_test(builds_the_captured_packets),
        cmocka_unit_test(builds_without_data_and_in_place),
        cmocka_unit_test(reads_a_reply_field_by_field),
        cmocka_unit_test(reads_what_a_datagram_socket_gives),
        cmocka_unit_test(recognises_our_request_and_foreign_messages),
        cmocka_unit_test(says_what_an_error_is_about),
        cmocka_unit_test(reads_icmpv6),
        cmocka_unit_test(recognises_truncated_packets_at_every_length),
        cmocka_unit_test(recognises_short_quotes),
        cmocka_unit_test(recognises_damage_of_any_bit_of_the_message),
        cmocka_unit_test(does_not_believe_an_ip_header_that_lies),
        cmocka_unit_test(finds_the_message_behind_ip_options),
        cmocka_unit_test(has_words_for_every_error),
        cmocka_unit_test(counts_answers_duplicates_and_foreign_ones),
        cmocka_unit_test(formats_as_ping_does),
        cmocka_unit_test(what_could_not_be_sent_is_neither_transmitted_nor_lost),
        cmocka_unit_test(formats_the_longest_numbers),
        cmocka_unit_test(nothing_sent_nothing_lost),
        cmocka_unit_test(is_settled_when_each_probe_has_an_answer_or_an_error),
        cmocka_unit_test(equal_times_have_no_deviation),
        cmocka_unit_test(a_sequence_number_comes_again_after_65536),
        cmocka_unit_test(a_clock_set_back_gives_no_negative_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
