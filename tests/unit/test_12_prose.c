/* test_12_prose.c - lab 12: rungs in whole sentences. */
// sources: labs/12-tcp-handshake/ladder/prose.c labs/12-tcp-handshake/ladder/ends.c
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
#include <netinet/in.h>

#include "../../labs/12-tcp-handshake/ladder/prose.h"
#include "story_12.h"

static struct told t;

static void assert_prose(const char *expected)
{
    char *text = written(write_prose, &t.story);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

/* The last rung, in words. */
static void assert_told(const char *expected)
{
    char text[PROSE_TEXT_MAX];
    const struct rung *r = &t.rungs[t.story.count - 1];
    assert_string_equal(tell_rung(&t.flows[r->step.flow], r, text), expected);
}

static void nothing_is_told_too(void **state)
{
    (void)state;
    tell_nothing(&t);
    assert_prose("No conversation was captured.\n");
}

static void each_rung_is_a_line_with_a_number(void **state)
{
    (void)state;
    tell_handshake(&t);
    tell_flow(&t, IPPROTO_UDP, "::1", 40312, "::1", 5002);
    tell(&t, 1, "a", 1);
    assert_prose(
        "Conversation 1 of 2: TCP between client 127.0.0.1:40312 and server 127.0.0.1:5012.\n"
        "1. The client sends SYN, number 0. The client enters SYN-SENT. The server enters LISTEN.\n"
        "2. The server sends SYN and ACK, number 0, and acknowledges everything before 1."
        " The server enters SYN-RECEIVED.\n"
        "3. The client sends ACK, and acknowledges everything before 1."
        " The client enters ESTABLISHED. The server enters ESTABLISHED.\n"
        "4. The server sends PSH and ACK, 3 bytes from number 1, and acknowledges everything "
        "before 1."
        " Data: \"hi\\n\". It is lost.\n"
        "\n"
        "Conversation 2 of 2: UDP between client [::1]:40312 and server [::1]:5002.\n"
        "1. The server sends a datagram, 1 byte. Data: \"a\".\n");
}

static void what_is_remarkable_is_told(void **state)
{
    (void)state;
    tell_handshake(&t);
    struct rung *r = tell_tcp(&t, 1, TCP_FIN | TCP_PSH | TCP_ACK, 1, 1, "");
    r->step.remarks = SENT_AGAIN | SEEN_TWICE;
    enter(r, 1, LAST_ACK);
    r->step.passed[1] = CLOSE_WAIT;
    assert_told("The server sends FIN, PSH and ACK, number 1, and acknowledges everything before 1."
                " Remark: sent again, seen twice. The server enters CLOSE-WAIT and then LAST-ACK.");
    tell_tcp(&t, 0, 0, 1, 0, "");
    assert_told("The client sends a segment without a flag.");
}

static void icmp_has_addresses_only(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_ICMP, "10.0.0.1", 0, "10.0.0.2", 0);
    struct rung *r = tell(&t, 0, "12345678", 8);
    r->frame.type = 8;
    r->frame.number = 3;
    assert_told("10.0.0.1 sends ICMP echo request, number 3, 8 bytes.");
}

static void an_error_names_the_router_that_sent_it(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "10.0.0.1", 40312, "10.0.9.9", 5002);
    struct rung *r = tell(&t, 1, "12345678", 8);
    r->frame.protocol = IPPROTO_ICMP;
    r->frame.type = 11;
    r->step.remarks = ABOUT_THE_OTHER;
    assert_told("The server sends ICMP time exceeded.");
    memcpy(r->frame.from, ((uint8_t[]){10, 0, 1, 1}), 4);
    assert_told("Router 10.0.1.1 sends ICMP time exceeded.");
}

static void a_hostile_payload_stays_in_its_line(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "::1", 40312, "::1", 5002);
    tell(&t, 0, hostile, sizeof hostile - 1);
    assert_told("The client sends a datagram, 33 bytes."
                " Data: \"</text><script>&\\\"';#%{\\n\\r\\0\\x7f\\xff\\xc3$$end\".");
    char much[1000];
    memset(much, 'x', sizeof much);
    tell(&t, 0, much, sizeof much);
    assert_told("The client sends a datagram, 1000 bytes."
                " Data: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"...");
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    tell_handshake(&t);
    assert_full_disk_is_an_error(write_prose, &t.story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_too),
        cmocka_unit_test(each_rung_is_a_line_with_a_number),
        cmocka_unit_test(what_is_remarkable_is_told),
        cmocka_unit_test(icmp_has_addresses_only),
        cmocka_unit_test(an_error_names_the_router_that_sent_it),
        cmocka_unit_test(a_hostile_payload_stays_in_its_line),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
