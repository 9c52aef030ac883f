/* test_12_mermaid.c - lab 12: the Mermaid form, line by line. Mermaid's own parser, version 11, has
 * accepted it. */
// sources: labs/12-tcp-handshake/ladder/mermaid.c labs/12-tcp-handshake/ladder/ends.c
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

#include "../../labs/12-tcp-handshake/ladder/mermaid.h"
#include "story_12.h"

static struct told t;

static void assert_mermaid(const char *expected)
{
    char *text = written(write_mermaid, &t.story);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static void nothing_is_told_as_such(void **state)
{
    (void)state;
    tell_nothing(&t);
    assert_mermaid("No conversation was captured.\n");
}

static void a_handshake_is_arrows_and_notes(void **state)
{
    (void)state;
    tell_handshake(&t);
    assert_mermaid("```mermaid\n"
                   "sequenceDiagram\n"
                   "    participant client as client 127.0.0.1:40312\n"
                   "    participant server as server 127.0.0.1:5012\n"
                   "    client->>server: SYN seq=0\n"
                   "    Note left of client: SYN-SENT\n"
                   "    Note right of server: LISTEN\n"
                   "    server->>client: SYN,ACK seq=0 ack=1\n"
                   "    Note right of server: SYN-RECEIVED\n"
                   "    client->>server: ACK ack=1\n"
                   "    Note left of client: ESTABLISHED\n"
                   "    Note right of server: ESTABLISHED\n"
                   "    server-xclient: PSH,ACK seq=1 ack=1 len=3 #34;hi#92;n#34;, lost\n"
                   "```\n");
}

static void a_state_that_is_passed_stands_in_the_same_note(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_TCP, "127.0.0.1", 1, "127.0.0.1", 2);
    struct rung *r = tell_tcp(&t, 1, TCP_FIN | TCP_ACK, 1, 2, "");
    enter(r, 1, LAST_ACK);
    r->step.passed[1] = CLOSE_WAIT;
    assert_mermaid("```mermaid\n"
                   "sequenceDiagram\n"
                   "    participant client as client 127.0.0.1:1\n"
                   "    participant server as server 127.0.0.1:2\n"
                   "    server->>client: FIN,ACK seq=1 ack=2\n"
                   "    Note right of server: CLOSE-WAIT, LAST-ACK\n"
                   "```\n");
}

static void remarks_stand_behind_the_label(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_TCP, "127.0.0.1", 1, "127.0.0.1", 2);
    tell_tcp(&t, 1, TCP_ACK, 5, 7, "")->step.remarks = DUPLICATE_ACK | ZERO_WINDOW;
    assert_mermaid("```mermaid\n"
                   "sequenceDiagram\n"
                   "    participant client as client 127.0.0.1:1\n"
                   "    participant server as server 127.0.0.1:2\n"
                   "    server->>client: ACK ack=7 (says it again, window 0#58; stop)\n"
                   "```\n");
}

/* A character that could end the text, or begin something else, is written as its number. */
static void a_hostile_payload_stays_text(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "::1", 40312, "::1", 5002);
    tell(&t, 0, hostile, sizeof hostile - 1);
    tell(&t, 0, "%%{init}%% style:#a;", 20);
    assert_mermaid(
        "```mermaid\n"
        "sequenceDiagram\n"
        "    participant client as client [::1]:40312\n"
        "    participant server as server [::1]:5002\n"
        "    client->>server: UDP len=33 "
        "#34;#60;/text#62;#60;script#62;#38;#92;#34;#39;#59;#35;#37;#123;#92;n#92;r#92;0#92;x7f"
        "#92;xff#92;xc3#36;#36;e#34;...\n"
        "    client->>server: UDP len=20 "
        "#34;#37;#37;#123;init#125;#37;#37; style#58;#35;a#59;#34;\n"
        "```\n");
}

static void several_conversations_are_several_diagrams(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "10.0.0.1", 40312, "10.0.9.9", 5002);
    struct rung *r = tell(&t, 1, "", 0);
    r->frame.protocol = IPPROTO_ICMP;
    r->frame.type = 11;
    r->step.remarks = ABOUT_THE_OTHER;
    memcpy(r->frame.from, ((uint8_t[]){10, 0, 1, 1}), 4);
    tell_flow(&t, IPPROTO_ICMPV6, "fe80::1", 0, "fe80::2", 0);
    r = tell(&t, 1, "", 0);
    r->frame.type = 129;
    r->frame.number = 3;
    assert_mermaid("```mermaid\n"
                   "sequenceDiagram\n"
                   "    participant client as client 10.0.0.1:40312\n"
                   "    participant server as server 10.0.9.9:5002\n"
                   "    server->>client: ICMP time exceeded, from 10.0.1.1\n"
                   "```\n"
                   "\n"
                   "```mermaid\n"
                   "sequenceDiagram\n"
                   "    participant A as fe80::1\n"
                   "    participant B as fe80::2\n"
                   "    B->>A: ICMP echo reply seq=3\n"
                   "```\n");
}

/* One frame more than a diagram holds. */
static void a_long_conversation_is_cut_into_diagrams(void **state)
{
    (void)state;
    static struct rung many[MERMAID_FRAMES + 1];
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "10.0.0.1", 1, "10.0.0.2", 2);
    for (size_t i = 0; i < MERMAID_FRAMES + 1; i++) {
        many[i] = *tell(&t, 0, "", 0);
        many[i].next = i < MERMAID_FRAMES ? &many[i + 1] : NULL;
        t.story.count = 0;
    }
    t.ladders[0].first = &many[0];
    char *text = written(write_mermaid, &t.story);
    assert_non_null(text);
    char *second = strstr(text, "\n```\n\n```mermaid\n");
    assert_non_null(second);
    assert_string_equal(second + 5, "\n```mermaid\n"
                                    "sequenceDiagram\n"
                                    "    participant client as client 10.0.0.1:1\n"
                                    "    participant server as server 10.0.0.2:2\n"
                                    "    client->>server: UDP\n"
                                    "```\n");
    free(text);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    tell_handshake(&t);
    assert_full_disk_is_an_error(write_mermaid, &t.story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_as_such),
        cmocka_unit_test(a_handshake_is_arrows_and_notes),
        cmocka_unit_test(a_state_that_is_passed_stands_in_the_same_note),
        cmocka_unit_test(remarks_stand_behind_the_label),
        cmocka_unit_test(a_hostile_payload_stays_text),
        cmocka_unit_test(several_conversations_are_several_diagrams),
        cmocka_unit_test(a_long_conversation_is_cut_into_diagrams),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
