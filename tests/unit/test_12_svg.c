/* test_12_svg.c - lab 12: the picture's parts, and that no payload gets out of its text. Its looks
 * were judged by eye, 1280 pixels wide. */
// sources: labs/12-tcp-handshake/ladder/svg.c labs/12-tcp-handshake/ladder/svg_ladder.c
// sources: labs/12-tcp-handshake/ladder/svg_arrow.c labs/12-tcp-handshake/ladder/ends.c
// sources: labs/12-tcp-handshake/ladder/label.c labs/12-tcp-handshake/ladder/text.c
// sources: labs/12-tcp-handshake/ladder/flow.c labs/12-tcp-handshake/ladder/key.c
// sources: labs/12-tcp-handshake/ladder/tcp.c labs/11-packet-headers/frame.c
// sources: labs/12-tcp-handshake/ladder/numbers.c labs/12-tcp-handshake/ladder/prose.c
// sources: labs/11-packet-headers/link.c labs/11-packet-headers/ip.c
// sources: labs/11-packet-headers/transport.c labs/11-packet-headers/checksum.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "../../labs/12-tcp-handshake/ladder/svg.h"
#include "story_12.h"

static struct told t;

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

static void assert_parts(size_t count, const char *part)
{
    char *text = written(write_svg, &t.story);
    assert_non_null(text);
    size_t found = count_of(text, part);
    if (found != count)
        fail_msg("%zu of %s, not %zu, in:\n%s", found, part, count, text);
    free(text);
}

static void one_datagram_is_this_picture(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "127.0.0.1", 40312, "127.0.0.1", 5002);
    tell(&t, 0, "hi", 2);
    char *text = written(write_svg, &t.story);
    assert_non_null(text);
    assert_string_equal(
        text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"1280\" height=\"224\""
        " viewBox=\"0 0 1280 224\" role=\"img\" aria-labelledby=\"ladder-title ladder-words\""
        " font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\" xml:space=\"preserve\">\n"
        "<title id=\"ladder-title\">UDP between client 127.0.0.1:40312 and server 127.0.0.1:5002"
        "</title>\n"
        "<desc id=\"ladder-words\">Ladders of arrows from the sender to the receiver; time goes"
        " down.\nUDP between client 127.0.0.1:40312 and server 127.0.0.1:5002.\n"
        "The client sends a datagram, 2 bytes. Data: &#34;hi&#34;.</desc>\n"
        "<rect width=\"1280\" height=\"224\" fill=\"#ffffff\"/>\n"
        "<g fill=\"#111111\" text-anchor=\"middle\">"
        "<text x=\"640\" y=\"50\" font-size=\"22\">UDP</text>\n"
        "<text x=\"214\" y=\"50\" font-size=\"28\" font-weight=\"bold\">client</text>"
        "<text x=\"214\" y=\"82\" font-size=\"22\" text-anchor=\"middle\">127.0.0.1:40312</text>"
        "<path d=\"M214 96V208\" stroke=\"#222222\" stroke-width=\"3\"/>\n"
        "<text x=\"1066\" y=\"50\" font-size=\"28\" font-weight=\"bold\">server</text>"
        "<text x=\"1066\" y=\"82\" font-size=\"22\" text-anchor=\"middle\">127.0.0.1:5002</text>"
        "<path d=\"M1066 96V208\" stroke=\"#222222\" stroke-width=\"3\"/>\n"
        "<g transform=\"translate(214 138) rotate(2.285)\">"
        "<path d=\"M0 0H837\" stroke=\"#0b4a9e\" stroke-width=\"4\"/>"
        "<path d=\"M829 -11L853 0L829 11Z\" fill=\"#0b4a9e\"/>"
        "<text x=\"426\" y=\"-10\" font-size=\"24\">UDP len=2 &#34;hi&#34;</text></g>\n"
        "</g>\n</svg>\n");
    free(text);
}

static void nothing_is_a_picture_too(void **state)
{
    (void)state;
    tell_nothing(&t);
    assert_parts(2, ">No conversation was captured</t"); /* the title, and a text */
    assert_parts(1, "</svg>\n");
}

static void states_stand_beside_their_side_when_they_are_entered(void **state)
{
    (void)state;
    tell_handshake(&t);
    assert_parts(1, "<text x=\"135\" y=\"146\" font-size=\"22\" font-weight=\"bold\">SYN-SENT<");
    assert_parts(1, "<text x=\"1131\" y=\"180\" font-size=\"22\" font-weight=\"bold\">LISTEN<");
    assert_parts(1, ">SYN-RECEIVED<");
    assert_parts(2, ">ESTABLISHED<");
    assert_parts(
        1,
        "The client sends SYN, number 0. The client enters SYN-SENT. The server enters LISTEN.\n");
}

static void a_state_that_is_passed_stands_above_the_one_that_follows(void **state)
{
    (void)state;
    tell_handshake(&t);
    t.rungs[0].step.passed[0] = CLOSED;
    assert_parts(1, "<text x=\"149\" y=\"109\" font-size=\"22\" font-weight=\"bold\">CLOSED<");
    assert_parts(1, "number 0. The client enters CLOSED and then SYN-SENT. The server enters");
}

static void a_lost_frame_is_broken_and_ends_in_a_cross(void **state)
{
    (void)state;
    tell_handshake(&t);
    assert_parts(1, "<path d=\"M853 0H120\" stroke=\"#b00020\" stroke-width=\"4\""
                    " stroke-dasharray=\"16 9\"/>"
                    "<path d=\"M105 -15L135 15M105 15L135 -15\" stroke=\"#b00020\"");
    assert_parts(
        1, "<text x=\"64\" y=\"8\" font-size=\"24\" font-weight=\"bold\" fill=\"#b00020\">lost<");
    assert_parts(3, "Z\" fill="); /* the heads of the others */
    assert_parts(1, " everything before 1. Data: &#34;hi\\n&#34;. It is lost.<");
}

static void what_is_remarkable_stands_below(void **state)
{
    (void)state;
    tell_handshake(&t);
    assert_parts(1, " viewBox=\"0 0 1280 455\"");
    t.rungs[2].step.remarks = DUPLICATE_ACK | ZERO_WINDOW;
    assert_parts(1, " font-size=\"22\">says it again, window 0: stop</text></g>");
    assert_parts(1, "before 1. Remark: says it again, window 0: stop. The client enters");
    assert_parts(1, " viewBox=\"0 0 1280 491\""); /* and needs room */
}

static void a_hostile_payload_stays_text(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "::1", 40312, "::1", 5002);
    tell(&t, 0, hostile, sizeof hostile - 1);
    assert_parts(2, " &#34;&#60;/text&#62;&#60;script&#62;&#38;\\&#34;&#39;;#%{"
                    "\\n\\r\\0\\x7f\\xff");
    assert_parts(0, "<script");
    char *text = written(write_svg, &t.story);
    for (const char *c = text; *c; c++)
        assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
    free(text);
}

static void several_conversations_stand_below_each_other(void **state)
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
    assert_parts(1, "<title id=\"ladder-title\">UDP between client 10.0.0.1:40312 and server "
                    "10.0.9.9:5002, and 1 more</title>");
    assert_parts(1, "y=\"50\" font-size=\"22\">UDP, 1 of 2</text>");
    assert_parts(1, "y=\"334\" font-size=\"22\">ICMP, 2 of 2</text>");
    assert_parts(1, ">ICMP time exceeded</text>");
    assert_parts(1, ">from 10.0.1.1</text>");
    assert_parts(1, "\nfe80::2 sends ICMP echo reply, number 0, 0 bytes.<");
}

static void an_error_from_the_end_itself_names_nobody(void **state)
{
    (void)state;
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "10.0.0.1", 40312, "10.0.9.9", 5002);
    struct rung *r = tell(&t, 1, "", 0);
    r->frame.protocol = IPPROTO_ICMP;
    r->frame.type = r->frame.code = 3;
    r->step.remarks = ABOUT_THE_OTHER;
    assert_parts(1, ">ICMP port unreachable</text></g>");
}

/* As long as addresses get: two of them fill the width. */
static void long_addresses_begin_at_the_edge(void **state)
{
    (void)state;
    static const char longest[] = "fd00:1111:2222:3333:4444:5555:6666:7777";
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, longest, 40312, longest, 50000);
    tell(&t, 0, "", 0);
    assert_parts(1, "<text x=\"16\" y=\"82\" font-size=\"20\" text-anchor=\"start\">[fd00:");
    assert_parts(1, "<text x=\"1264\" y=\"82\" font-size=\"20\" text-anchor=\"end\">[fd00:");
}

static void a_label_is_cut_in_its_data_only(void **state)
{
    (void)state;
    tell_handshake(&t);
    memset(t.rungs[3].data, 'x', RUNG_DATA_MAX);
    t.rungs[3].frame.data_len = t.rungs[3].frame.data_kept = RUNG_DATA_MAX;
    assert_parts(1,
                 " font-size=\"24\">PSH,ACK seq=1 ack=1 len=48 &#34;xxxxxxxxxxxxxx&#34;...</text>");
    t.rungs[3].frame.flags = 0xff;
    t.rungs[3].step.seq = t.rungs[3].step.ack = UINT32_MAX;
    assert_parts(1, " font-size=\"16\">SYN,FIN,RST,PSH,URG,ACK,ECE,CWR seq=4294967295"
                    " ack=4294967295 len=48</text>");
}

static void words_end_where_nobody_reads_them(void **state)
{
    (void)state;
    static struct rung many[SVG_WORDS_MAX + 1];
    tell_nothing(&t);
    tell_flow(&t, IPPROTO_UDP, "10.0.0.1", 1, "10.0.0.2", 2);
    for (size_t i = 0; i < SVG_WORDS_MAX + 1; i++) {
        many[i] = *tell(&t, 0, "", 0);
        many[i].next = i < SVG_WORDS_MAX ? &many[i + 1] : NULL;
        t.story.count = 0;
    }
    t.ladders[0].first = &many[0];
    assert_parts(SVG_WORDS_MAX, "\nThe client sends a datagram, 0 bytes.");
    assert_parts(1, "The client sends a datagram, 0 bytes.\nMore frames follow.</desc>");
    assert_parts(SVG_WORDS_MAX + 1, ">UDP</text></g>");
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    tell_handshake(&t);
    assert_full_disk_is_an_error(write_svg, &t.story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_datagram_is_this_picture),
        cmocka_unit_test(nothing_is_a_picture_too),
        cmocka_unit_test(states_stand_beside_their_side_when_they_are_entered),
        cmocka_unit_test(a_state_that_is_passed_stands_above_the_one_that_follows),
        cmocka_unit_test(a_lost_frame_is_broken_and_ends_in_a_cross),
        cmocka_unit_test(what_is_remarkable_stands_below),
        cmocka_unit_test(a_hostile_payload_stays_text),
        cmocka_unit_test(several_conversations_stand_below_each_other),
        cmocka_unit_test(an_error_from_the_end_itself_names_nobody),
        cmocka_unit_test(long_addresses_begin_at_the_edge),
        cmocka_unit_test(a_label_is_cut_in_its_data_only),
        cmocka_unit_test(words_end_where_nobody_reads_them),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
