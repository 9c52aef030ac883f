/* test_12_draw.c - lab 12: what a ladder looks like, column by column. */
// sources: labs/12-tcp-handshake/ladder/draw.c labs/12-tcp-handshake/ladder/ends.c
// sources: labs/12-tcp-handshake/ladder/label.c labs/12-tcp-handshake/ladder/text.c
// sources: labs/12-tcp-handshake/ladder/flow.c labs/12-tcp-handshake/ladder/key.c
// sources: labs/12-tcp-handshake/ladder/tcp.c labs/11-packet-headers/frame.c
// sources: labs/12-tcp-handshake/ladder/numbers.c
// sources: labs/11-packet-headers/link.c labs/11-packet-headers/ip.c
// sources: labs/11-packet-headers/transport.c labs/11-packet-headers/checksum.c
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "../../labs/12-tcp-handshake/ladder/draw.h"

static char text[DRAW_TEXT_MAX];

static struct frame frame_with(unsigned flags, const char *data)
{
    struct frame f = {.version = 4, .protocol = IPPROTO_TCP, .flags = flags};
    f.data = (const uint8_t *)data;
    f.data_len = f.data_kept = strlen(data);
    return f;
}

static const char *label(const struct frame *f, const struct step *step)
{
    return draw_label(f, step, 60, text);
}

static struct flow flow_between(uint16_t left, uint16_t right)
{
    struct flow flow = {.version = 4, .protocol = IPPROTO_TCP};
    memcpy(flow.side[0].address, ((uint8_t[]){127, 0, 0, 1}), 4);
    memcpy(flow.side[1].address, ((uint8_t[]){10, 0, 1, 2}), 4);
    flow.side[0].port = left;
    flow.side[1].port = right;
    return flow;
}

static const struct flow ends = {.version = 4, .protocol = IPPROTO_TCP};

static void a_router_says_who_it_is(void **state)
{
    (void)state;
    struct flow flow = flow_between(0, 0);
    struct frame f = {.version = 4, .protocol = IPPROTO_ICMP, .type = 11};
    memcpy(f.from, ((uint8_t[]){10, 0, 1, 9}), 4);
    struct step step = {.from = 1, .remarks = ABOUT_THE_OTHER};
    assert_non_null(strstr(draw_step(&flow, &f, &step, false, DRAW_ASCII, text),
                           "-- ICMP time exceeded from 10.0.1.9 --|"));
    memcpy(f.from, flow.side[1].address, 4);
    assert_non_null(
        strstr(draw_step(&flow, &f, &step, false, DRAW_ASCII, text), "-- ICMP time exceeded --|"));
}

static void the_ends_stand_above(void **state)
{
    (void)state;
    struct flow flow = flow_between(40312, 5012);
    draw_ends(&flow, text);
    assert_int_equal(strlen(text), DRAW_WIDTH);
    assert_memory_equal(text, "client 127.0.0.1:40312   ", 25);
    assert_string_equal(text + DRAW_WIDTH - 22, "  server 10.0.1.2:5012");
    flow.version = 6;
    memset(flow.side[0].address, 0, 16);
    flow.side[0].address[15] = 1;
    draw_ends(&flow, text);
    assert_memory_equal(text, "client [::1]:40312  ", 20);
}

static void ends_that_leave_no_room_have_no_names(void **state)
{
    (void)state;
    struct flow flow = flow_between(65535, 65535);
    flow.version = 6;
    memset(flow.side[0].address, 0xff, 16);
    memset(flow.side[1].address, 0xff, 16);
    draw_ends(&flow, text);
    assert_int_equal(strlen(text), DRAW_WIDTH);
    assert_memory_equal(text, "[ffff:", 6);
    assert_string_equal(text + DRAW_WIDTH - 16, "ffff:ffff]:65535");
}

static void icmp_ends_have_neither_name_nor_port(void **state)
{
    (void)state;
    struct flow flow = flow_between(0, 0);
    flow.protocol = IPPROTO_ICMP;
    draw_ends(&flow, text);
    assert_memory_equal(text, "127.0.0.1   ", 12);
    assert_string_equal(text + DRAW_WIDTH - 10, "  10.0.1.2");
}

static void an_arrow_points_to_the_receiver(void **state)
{
    (void)state;
    struct frame f = frame_with(TCP_SYN, "");
    struct step step = {.state = {SYN_SENT, LISTEN}, .entered = {true, true}};
    assert_string_equal(draw_step(&ends, &f, &step, false, DRAW_ASCII, text),
                        "    SYN-SENT |-- SYN seq=0 ------------------------------"
                        "---------------------------->| LISTEN");
    f.flags = TCP_SYN | TCP_ACK;
    step = (struct step){.from = 1, .ack = 1, .state = {SYN_SENT, SYN_RECEIVED}};
    step.entered[1] = true;
    assert_string_equal(draw_step(&ends, &f, &step, false, DRAW_ASCII, text),
                        "             |<------------------------------------------"
                        "------ SYN,ACK seq=0 ack=1 --| SYN-RECEIVED");
}

static void a_state_that_is_passed_stands_above(void **state)
{
    (void)state;
    struct step step = {.state = {TIME_WAIT, LAST_ACK}, .entered = {true, true}};
    assert_string_equal(draw_passed(&step, DRAW_ASCII, text), "");
    step.passed[1] = CLOSE_WAIT;
    assert_string_equal(draw_passed(&step, DRAW_ASCII, text),
                        "             |                                                  "
                        "                      | CLOSE-WAIT");
    step.passed[0] = FIN_WAIT_2;
    step.passed[1] = STATE_UNKNOWN;
    assert_string_equal(draw_passed(&step, DRAW_UTF8, text),
                        "  FIN-WAIT-2 │                                                  "
                        "                      │");
}

static void a_lost_frame_ends_in_a_cross(void **state)
{
    (void)state;
    struct frame f = frame_with(TCP_PSH | TCP_ACK, "hello\n");
    struct step step = {.seq = 1, .ack = 1};
    assert_string_equal(draw_step(&ends, &f, &step, true, DRAW_ASCII, text),
                        "             |-- PSH,ACK seq=1 ack=1 len=6 \"hello\\n\" --"
                        "--------------X                |");
    step.from = 1;
    assert_string_equal(draw_step(&ends, &f, &step, true, DRAW_ASCII, text),
                        "             |                X---------------- PSH,ACK "
                        "seq=1 ack=1 len=6 \"hello\\n\" --|");
}

/* Counts characters, not bytes: bytes that continue a character of UTF-8 do not count. */
static size_t columns(const char *line)
{
    size_t count = 0;
    for (; *line; line++)
        count += ((uint8_t)*line & 0xc0) != 0x80;
    return count;
}

/* Its data are shorter than those of others, so that the cross is seen; its remarks are not. */
static void a_cross_is_seen_from_afar(void **state)
{
    (void)state;
    static const char many[] = "0123456789012345678901234567890123456789012345678901234567890";
    struct frame f = frame_with(TCP_PSH | TCP_ACK, many);
    struct step step = {.seq = 1, .ack = 1};
    draw_step(&ends, &f, &step, true, DRAW_ASCII, text);
    assert_non_null(strstr(text, "len=61 \"0123456789012345\"... ---------X"));
    step.remarks = FILLS_GAP | DUPLICATE_ACK;
    draw_step(&ends, &f, &step, true, DRAW_ASCII, text);
    assert_non_null(strstr(text, " (fills the gap, says it again) -"));
}

static void both_styles_have_the_same_columns(void **state)
{
    (void)state;
    struct frame f = frame_with(TCP_PSH | TCP_ACK, "hello\n");
    for (int lost = 0; lost < 2; lost++)
        for (unsigned from = 0; from < 2; from++) {
            struct step step = {.from = from, .seq = 1, .ack = 1};
            size_t ascii = columns(draw_step(&ends, &f, &step, lost, DRAW_ASCII, text));
            size_t utf8 = columns(draw_step(&ends, &f, &step, lost, DRAW_UTF8, text));
            assert_int_equal(ascii, utf8);
            assert_int_equal(ascii, 12 + 1 + 1 + 72 + 1); /* state, space, line, arrow, line */
            assert_non_null(strstr(text, "│"));
        }
}

static void a_label_tells_flags_and_numbers(void **state)
{
    (void)state;
    struct step step = {.seq = 7, .ack = 3};
    struct frame f = frame_with(TCP_FIN | TCP_ACK, "");
    assert_string_equal(label(&f, &step), "FIN,ACK seq=7 ack=3");
    f.flags = TCP_ACK;
    assert_string_equal(label(&f, &step), "ACK ack=3");
    f.flags = TCP_RST;
    assert_string_equal(label(&f, &step), "RST seq=7");
    f.flags = 0;
    assert_string_equal(label(&f, &step), "no flag");
    f.flags = 0xff;
    assert_string_equal(label(&f, &step), "SYN,FIN,RST,PSH,URG,ACK,ECE,CWR seq=7 ack=3");
}

static void a_label_tells_what_is_remarkable(void **state)
{
    (void)state;
    struct step step = {.seq = 1, .ack = 1, .remarks = SENT_AGAIN};
    struct frame f = frame_with(TCP_PSH | TCP_ACK, "hi\n");
    assert_string_equal(label(&f, &step), "PSH,ACK seq=1 ack=1 len=3 \"hi\\n\" (sent again)");
    step.remarks = DUPLICATE_ACK | ZERO_WINDOW;
    f = frame_with(TCP_ACK, "");
    assert_string_equal(label(&f, &step), "ACK ack=1 (says it again, window 0: stop)");
}

static void a_plain_label_leaves_the_remarks_out(void **state)
{
    (void)state;
    struct step step = {.seq = 1, .ack = 1, .remarks = SENT_AGAIN};
    struct frame f = frame_with(TCP_ACK, "hi\n");
    assert_string_equal(draw_plain_label(&f, &step, 60, text), "ACK seq=1 ack=1 len=3 \"hi\\n\"");
    f = (struct frame){.version = 4, .protocol = IPPROTO_ICMP, .type = 11, .data_len = 28};
    step.remarks = ABOUT_THE_OTHER;
    assert_string_equal(draw_plain_label(&f, &step, 60, text), "ICMP time exceeded");
}

static void data_are_shown_as_c_writes_them(void **state)
{
    (void)state;
    struct step step = {.seq = 1, .ack = 1};
    struct frame f = frame_with(TCP_ACK, "");
    static const uint8_t data[] = {'a', '"', '\\', 0, 1, 0xff, '\t', 'z'};
    f.data = data;
    f.data_len = f.data_kept = sizeof data;
    assert_string_equal(label(&f, &step), "ACK seq=1 ack=1 len=8 \"a\\\"\\\\\\0\\x01\\xff\\tz\"");
    f.data_kept = 3; /* the capture kept no more */
    assert_string_equal(label(&f, &step), "ACK seq=1 ack=1 len=8 \"a\\\"\\\\\"...");
}

static void a_label_fits_however_long_the_data_are(void **state)
{
    (void)state;
    char data[1000];
    memset(data, 'x', sizeof data);
    struct step step = {.seq = 4000000000, .ack = 4000000000, .remarks = SENT_AGAIN | GAP_BEFORE};
    for (size_t len = 0; len < sizeof data; len += 7)
        for (size_t width = 10; width < 70; width++) {
            struct frame f = frame_with(TCP_PSH | TCP_ACK, "");
            f.data = (const uint8_t *)data;
            f.data_len = f.data_kept = len;
            assert_true(strlen(draw_label(&f, &step, width, text)) <= width);
        }
}

static void udp_and_icmp_have_labels(void **state)
{
    (void)state;
    struct step step = {0};
    struct frame f = frame_with(0, "hi");
    f.protocol = IPPROTO_UDP;
    assert_string_equal(label(&f, &step), "UDP len=2 \"hi\"");
    f = (struct frame){.version = 4, .protocol = IPPROTO_ICMP, .type = 8, .number = 3};
    f.data_len = 56;
    assert_string_equal(label(&f, &step), "ICMP echo request seq=3 len=56");
    step.remarks = ABOUT_THE_OTHER;
    f = (struct frame){
        .version = 4, .protocol = IPPROTO_ICMP, .type = 3, .code = 3, .data_len = 28};
    assert_string_equal(label(&f, &step), "ICMP port unreachable");
    f.code = 4;
    assert_string_equal(label(&f, &step), "ICMP packet too big");
    f.type = 11;
    assert_string_equal(label(&f, &step), "ICMP time exceeded");
    f = (struct frame){.version = 6, .protocol = IPPROTO_ICMPV6, .type = 1, .code = 4};
    assert_string_equal(label(&f, &step), "ICMP port unreachable");
    f.type = 200;
    assert_string_equal(label(&f, &step), "ICMP type=200 code=4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_router_says_who_it_is),
        cmocka_unit_test(the_ends_stand_above),
        cmocka_unit_test(ends_that_leave_no_room_have_no_names),
        cmocka_unit_test(icmp_ends_have_neither_name_nor_port),
        cmocka_unit_test(an_arrow_points_to_the_receiver),
        cmocka_unit_test(a_state_that_is_passed_stands_above),
        cmocka_unit_test(a_lost_frame_ends_in_a_cross),
        cmocka_unit_test(a_cross_is_seen_from_afar),
        cmocka_unit_test(both_styles_have_the_same_columns),
        cmocka_unit_test(a_label_tells_flags_and_numbers),
        cmocka_unit_test(a_label_tells_what_is_remarkable),
        cmocka_unit_test(a_plain_label_leaves_the_remarks_out),
        cmocka_unit_test(data_are_shown_as_c_writes_them),
        cmocka_unit_test(a_label_fits_however_long_the_data_are),
        cmocka_unit_test(udp_and_icmp_have_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
