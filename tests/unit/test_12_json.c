/* test_12_json.c - lab 12: the JSON form, character by character, whatever the frames carry. */
// sources: labs/12-tcp-handshake/ladder/json.c labs/12-tcp-handshake/ladder/ends.c
// sources: labs/12-tcp-handshake/ladder/label.c labs/12-tcp-handshake/ladder/text.c
// sources: labs/12-tcp-handshake/ladder/flow.c labs/12-tcp-handshake/ladder/key.c
// sources: labs/12-tcp-handshake/ladder/tcp.c labs/11-packet-headers/frame.c
// sources: labs/12-tcp-handshake/ladder/numbers.c
// sources: labs/11-packet-headers/link.c labs/11-packet-headers/ip.c
// sources: labs/11-packet-headers/transport.c labs/11-packet-headers/checksum.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>

#include "../../labs/12-tcp-handshake/ladder/json.h"
#include "story_12.h"

static struct told t;

static int write_counted(FILE *out, const struct story *story)
{
    return write_json(out, story, 7, 2);
}

static void assert_json(const char *expected)
{
    char *text = written(write_counted, &t.story);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_part(const char *part)
{
    char *text = written(write_counted, &t.story);
    assert_non_null(text);
    if (!strstr(text, part))
        fail_msg("no %s in:\n%s", part, text);
    free(text);
}

static void nothing_is_a_document_too(void **state)
{
    (void)state;
    tell_nothing(&t);
    assert_json("{\"frames\":7,\"dropped\":2,\"conversations\":[]}\n");
}

static void a_handshake_has_a_line_for_each_frame(void **state)
{
    (void)state;
    tell_handshake(&t);
    t.rungs[2].step.passed[1] = LISTEN;
    assert_json(
        "{\"frames\":7,\"dropped\":2,\"conversations\":[\n"
        "{\"protocol\":\"TCP\",\"version\":4,\"ends\":["
        "{\"name\":\"client\",\"address\":\"127.0.0.1\",\"port\":40312},"
        "{\"name\":\"server\",\"address\":\"127.0.0.1\",\"port\":5012}],\n\"frames\":[\n"
        "{\"time\":\"2024-05-01T10:00:00.000000000Z\",\"from\":\"client\",\"protocol\":\"TCP\","
        "\"label\":\"SYN seq=0\",\"flags\":[\"SYN\"],\"seq\":0,\"ack\":null,\"window\":512,"
        "\"length\":0,\"data\":\"\",\"states\":[\"SYN-SENT\",\"LISTEN\"],\"entered\":[true,true],"
        "\"passed\":[null,null],\"remarks\":[],\"lost\":false},\n"
        "{\"time\":\"2024-05-01T10:00:00.001000000Z\",\"from\":\"server\",\"protocol\":\"TCP\","
        "\"label\":\"SYN,ACK seq=0 ack=1\",\"flags\":[\"SYN\",\"ACK\"],\"seq\":0,\"ack\":1,"
        "\"window\":512,\"length\":0,\"data\":\"\",\"states\":[\"SYN-SENT\",\"SYN-RECEIVED\"],"
        "\"entered\":[false,true],\"passed\":[null,null],\"remarks\":[],\"lost\":false},\n"
        "{\"time\":\"2024-05-01T10:00:00.002000000Z\",\"from\":\"client\",\"protocol\":\"TCP\","
        "\"label\":\"ACK ack=1\",\"flags\":[\"ACK\"],\"seq\":1,\"ack\":1,\"window\":512,"
        "\"length\":0,\"data\":\"\",\"states\":[\"ESTABLISHED\",\"ESTABLISHED\"],"
        "\"entered\":[true,true],\"passed\":[null,\"LISTEN\"],\"remarks\":[],\"lost\":false},\n"
        "{\"time\":\"2024-05-01T10:00:00.003000000Z\",\"from\":\"server\",\"protocol\":\"TCP\","
        "\"label\":\"PSH,ACK seq=1 ack=1 len=3\",\"flags\":[\"PSH\",\"ACK\"],\"seq\":1,\"ack\":1,"
        "\"window\":512,\"length\":3,\"data\":\"hi\\n\","
        "\"states\":[\"ESTABLISHED\",\"ESTABLISHED\"],\"entered\":[false,false],\"passed\":[null,"
        "null],"
        "\"remarks\":[],\"lost\":true}]}]}\n");
}

static void a_hostile_payload_stays_in_its_string(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "::1", 40312, "::1", 5002);
    tell(&t, 0, hostile, sizeof hostile - 1);
    tell(&t, 0, "\\\t\x80", 3);
    assert_part("\"length\":33,\"data\":\"</text><script>&\\\"';#%{\\n\\u000d\\u0000\\u007f"
                "\\u00ff\\u00c3$$end\",");
    assert_part("\"length\":3,\"data\":\"\\\\\\u0009\\u0080\",");
}

static void only_the_first_bytes_of_much_are_kept(void **state)
{
    (void)state;
    char much[1000];
    memset(much, 'x', sizeof much);
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "10.0.0.1", 1, "10.0.0.2", 2);
    tell(&t, 0, much, sizeof much);
    assert_part("\"label\":\"UDP len=1000\",\"length\":1000,"
                "\"data\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\",");
}

static void several_conversations_are_several_elements(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "::1", 40312, "::1", 5002);
    tell(&t, 0, "a", 1);
    tell_flow(&t, IPPROTO_ICMPV6, "fe80::1", 0, "fe80::2", 0);
    struct rung *r = tell(&t, 1, "", 0);
    r->frame.type = 129;
    r->frame.id = 77;
    r->frame.number = 3;
    assert_json(
        "{\"frames\":7,\"dropped\":2,\"conversations\":[\n"
        "{\"protocol\":\"UDP\",\"version\":6,\"ends\":["
        "{\"name\":\"client\",\"address\":\"::1\",\"port\":40312},"
        "{\"name\":\"server\",\"address\":\"::1\",\"port\":5002}],\n\"frames\":[\n"
        "{\"time\":\"2024-05-01T10:00:00.000000000Z\",\"from\":\"client\",\"protocol\":\"UDP\","
        "\"label\":\"UDP len=1\",\"length\":1,\"data\":\"a\",\"states\":[null,null],"
        "\"entered\":[false,false],\"passed\":[null,null],\"remarks\":[],\"lost\":false}]},\n"
        "{\"protocol\":\"ICMP\",\"version\":6,\"ends\":["
        "{\"name\":null,\"address\":\"fe80::1\",\"port\":null},"
        "{\"name\":null,\"address\":\"fe80::2\",\"port\":null}],\n\"frames\":[\n"
        "{\"time\":\"2024-05-01T10:00:00.001000000Z\",\"from\":\"fe80::2\",\"protocol\":\"ICMP\","
        "\"label\":\"ICMP echo reply seq=3\",\"type\":129,\"code\":0,\"id\":77,\"number\":3,"
        "\"length\":0,\"data\":\"\",\"states\":[null,null],\"entered\":[false,false],\"passed\":["
        "null,null],"
        "\"remarks\":[],\"lost\":false}]}]}\n");
}

static void port_0_is_a_number_too(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "10.0.0.1", 0, "10.0.0.2", 5002);
    tell(&t, 0, "a", 1);
    assert_part("{\"name\":\"client\",\"address\":\"10.0.0.1\",\"port\":0}");
}

static void the_ends_of_a_connection_to_oneself_have_no_names(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_TCP, "::1", 5012, "::1", 5012);
    struct rung *r = tell_tcp(&t, 0, TCP_ACK, 1, 1, "");
    r->step.ack = -999; /* sent before the capture began */
    assert_part("{\"name\":null,\"address\":\"::1\",\"port\":5012}");
    assert_part("\"from\":\"[::1]:5012\"");
    assert_part("\"label\":\"ACK ack=-999\",\"flags\":[\"ACK\"],\"seq\":1,\"ack\":-999,");
}

static void an_error_from_the_way_names_its_sender(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "10.0.0.1", 40312, "10.0.9.9", 5002);
    struct rung *r = tell(&t, 1, "12345678", 8);
    r->frame.protocol = IPPROTO_ICMP;
    r->frame.type = 11;
    memcpy(r->frame.from, ((uint8_t[]){10, 0, 1, 1}), 4);
    r->step.remarks = ABOUT_THE_OTHER;
    assert_part("\"from\":\"server\",\"protocol\":\"ICMP\",\"label\":\"ICMP time exceeded\","
                "\"type\":11,\"code\":0,\"sender\":\"10.0.1.1\",\"length\":8,");
}

static void remarks_are_words(void **state)
{
    (void)state;
    tell_handshake(&t);
    t.rungs[3].step.remarks = SENT_AGAIN | ZERO_WINDOW;
    assert_part("\"remarks\":[\"sent again\",\"window 0: stop\"],\"lost\":true");
}

static void any_time_can_be_told(void **state)
{
    (void)state;
    tell_handshake(&t);
    t.rungs[0].at = -1;
    t.rungs[1].at = INT64_MAX;
    t.rungs[2].at = INT64_MIN;
    assert_part("\"1969-12-31T23:59:59.999999999Z\"");
    assert_part("\"2262-04-11T23:47:16.854775807Z\"");
    assert_part("\"1677-09-21T00:12:43.145224192Z\"");
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    tell_handshake(&t);
    errno = 0;
    assert_int_equal(write_json(full, &t.story, 4, 0), -1);
    assert_int_equal(errno, ENOSPC);
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_a_document_too),
        cmocka_unit_test(a_handshake_has_a_line_for_each_frame),
        cmocka_unit_test(a_hostile_payload_stays_in_its_string),
        cmocka_unit_test(only_the_first_bytes_of_much_are_kept),
        cmocka_unit_test(several_conversations_are_several_elements),
        cmocka_unit_test(port_0_is_a_number_too),
        cmocka_unit_test(the_ends_of_a_connection_to_oneself_have_no_names),
        cmocka_unit_test(an_error_from_the_way_names_its_sender),
        cmocka_unit_test(remarks_are_words),
        cmocka_unit_test(any_time_can_be_told),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
