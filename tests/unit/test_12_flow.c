/* test_12_flow.c - lab 12: conversations and their TCP states, on exchanges that are written down
 * as course notes draw them: which side, which flags, which numbers. */
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

#include "../../labs/12-tcp-handshake/ladder/flow.h"

enum { CLIENT, SERVER };
enum { ISN_CLIENT = 0x7ffffffe, ISN_SERVER = (int)0xfffffffe }; /* both wrap at once */

/* One frame of a script, and the expected step. */
struct line {
    unsigned from, flags;
    uint32_t seq, ack; /* relative */
    size_t len;
    enum tcp_state client, server;
    unsigned remarks;
};

static struct frame tcp_frame(const struct line *l)
{
    static const uint32_t first[] = {ISN_CLIENT, (uint32_t)ISN_SERVER};
    static const uint8_t data[1] = {0};
    struct frame f = {.version = 4, .protocol = IPPROTO_TCP, .window = 100, .data = data};
    f.from[3] = l->from == CLIENT ? 1 : 2;
    f.to[3] = l->from == CLIENT ? 2 : 1;
    f.from_port = l->from == CLIENT ? 40000 : 5001;
    f.to_port = l->from == CLIENT ? 5001 : 40000;
    f.flags = l->flags;
    f.seq = l->seq + first[l->from];
    f.ack = l->flags & TCP_ACK ? l->ack + first[1 - l->from] : 0;
    f.data_len = l->len;
    return f;
}

static void play(const struct line *lines, size_t count)
{
    struct flows flows = {0};
    for (size_t i = 0; i < count; i++) {
        struct frame f = tcp_frame(&lines[i]);
        struct step step;
        assert_int_equal(add_frame(&flows, &f, &step), 1);
        assert_int_equal(step.flow, 0);
        assert_int_equal(step.from, lines[i].from);
        assert_int_equal(step.seq, lines[i].seq);
        assert_int_equal(step.ack, lines[i].ack);
        assert_string_equal(state_name(step.state[CLIENT]), state_name(lines[i].client));
        assert_string_equal(state_name(step.state[SERVER]), state_name(lines[i].server));
        assert_int_equal(step.remarks, lines[i].remarks);
    }
    assert_int_equal(flows.count, 1);
    assert_int_equal(flows.all[0].frames, count);
    assert_int_equal(flows.all[0].side[CLIENT].port, 40000);
    free_flows(&flows);
}

#define PLAY(lines) play(lines, sizeof(lines) / sizeof((lines)[0]))

enum {
    SYN = TCP_SYN,
    ACK = TCP_ACK,
    SYN_ACK = TCP_SYN | TCP_ACK,
    FIN_ACK = TCP_FIN | TCP_ACK,
    PSH_ACK = TCP_PSH | TCP_ACK,
    RST = TCP_RST,
    RST_ACK = TCP_RST | TCP_ACK
};

/* The versions of clang-format lay these lines out differently. */
/* clang-format off */
#define OPENING                                                                                    \
    {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0},                                                   \
    {SERVER, SYN_ACK, 0, 1, 0, SYN_SENT, SYN_RECEIVED, 0},                                         \
    {CLIENT, ACK, 1, 1, 0, ESTABLISHED, ESTABLISHED, 0}
/* clang-format on */

static void the_client_closes_first(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, PSH_ACK, 1, 1, 6, ESTABLISHED, ESTABLISHED, 0},
        {SERVER, PSH_ACK, 1, 7, 6, ESTABLISHED, ESTABLISHED, 0},
        {CLIENT, FIN_ACK, 7, 7, 0, FIN_WAIT_1, ESTABLISHED, 0},
        {SERVER, FIN_ACK, 7, 8, 0, TIME_WAIT, LAST_ACK, 0},
        {CLIENT, ACK, 8, 8, 0, TIME_WAIT, CLOSED, 0},
    };
    PLAY(lines);
}

/* Its ACK takes both sides to one state, and its FIN to the next. */
static void a_fin_that_acknowledges_leads_through_two_states(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, FIN_ACK, 1, 1, 0, FIN_WAIT_1, ESTABLISHED, 0},
        {SERVER, FIN_ACK, 1, 2, 0, TIME_WAIT, LAST_ACK, 0},
        {CLIENT, ACK, 2, 2, 0, TIME_WAIT, CLOSED, 0},
    };
    struct flows flows = {0};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct frame f = tcp_frame(&lines[i]);
        struct step step;
        assert_int_equal(add_frame(&flows, &f, &step), 1);
        assert_string_equal(state_name(step.passed[CLIENT]), i == 4 ? "FIN-WAIT-2" : "");
        assert_string_equal(state_name(step.passed[SERVER]), i == 4 ? "CLOSE-WAIT" : "");
    }
    free_flows(&flows);
}

/* The second drawing of the demo: the server says "Thank you" and closes. */
static void the_server_closes_first(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {SERVER, PSH_ACK, 1, 1, 9, ESTABLISHED, ESTABLISHED, 0},
        {SERVER, FIN_ACK, 10, 1, 0, ESTABLISHED, FIN_WAIT_1, 0},
        {CLIENT, ACK, 1, 10, 0, ESTABLISHED, FIN_WAIT_1, 0},
        {CLIENT, ACK, 1, 11, 0, CLOSE_WAIT, FIN_WAIT_2, 0},
        {CLIENT, FIN_ACK, 1, 11, 0, LAST_ACK, TIME_WAIT, 0},
        {SERVER, ACK, 11, 2, 0, CLOSED, TIME_WAIT, 0},
    };
    PLAY(lines);
}

static void a_half_close_leaves_the_other_direction_open(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, FIN_ACK, 1, 1, 0, FIN_WAIT_1, ESTABLISHED, 0},
        {SERVER, ACK, 1, 2, 0, FIN_WAIT_2, CLOSE_WAIT, 0},
        {SERVER, PSH_ACK, 1, 2, 5, FIN_WAIT_2, CLOSE_WAIT, 0},
        {CLIENT, ACK, 2, 6, 0, FIN_WAIT_2, CLOSE_WAIT, 0},
        {SERVER, FIN_ACK, 6, 2, 0, TIME_WAIT, LAST_ACK, 0},
        {CLIENT, ACK, 2, 7, 0, TIME_WAIT, CLOSED, 0},
    };
    PLAY(lines);
}

static void both_close_at_once(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, FIN_ACK, 1, 1, 0, FIN_WAIT_1, ESTABLISHED, 0},
        {SERVER, FIN_ACK, 1, 1, 0, FIN_WAIT_1, FIN_WAIT_1, 0},
        {CLIENT, ACK, 2, 2, 0, CLOSING, CLOSING, 0},
        {SERVER, ACK, 2, 2, 0, TIME_WAIT, TIME_WAIT, 0},
    };
    PLAY(lines);
}

static void both_open_at_once(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0},
        {SERVER, SYN, 0, 0, 0, SYN_SENT, SYN_SENT, 0},
        {CLIENT, SYN_ACK, 0, 1, 0, SYN_RECEIVED, SYN_SENT, 0},
        {SERVER, SYN_ACK, 0, 1, 0, ESTABLISHED, ESTABLISHED, 0},
        {CLIENT, ACK, 1, 1, 0, ESTABLISHED, ESTABLISHED, 0},
    };
    PLAY(lines);
}

static void a_reset_ends_both(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, RST_ACK, 1, 1, 0, CLOSED, CLOSED, 0},
    };
    PLAY(lines);
}

static void a_reset_for_a_syn_is_a_refusal(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0},
        {SERVER, RST_ACK, 0, 1, 0, CLOSED, CLOSED, REFUSED},
    };
    struct flows flows = {0};
    struct step step;
    struct frame f = tcp_frame(&lines[0]);
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    f = tcp_frame(&lines[1]);
    f.seq = 0; /* as the kernel sends it: it has no number of its own */
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.remarks, REFUSED);
    assert_int_equal(step.seq, 0);
    assert_int_equal(step.ack, 1);
    assert_int_equal(step.state[CLIENT], CLOSED);
    assert_int_equal(step.state[SERVER], CLOSED);
    free_flows(&flows);
}

/* If the server answers after all, its number is the first one. */
static void what_refuses_has_no_number_of_its_own(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {.from = CLIENT, .flags = SYN},
        {.from = SERVER, .flags = RST_ACK, .ack = 1},
        {.from = SERVER, .flags = SYN_ACK, .ack = 1},
    };
    struct flows flows = {0};
    struct step step;
    for (size_t i = 0; i < 3; i++) {
        struct frame f = tcp_frame(&lines[i]);
        if (f.flags & TCP_RST)
            f.seq = 0;
        assert_int_equal(add_frame(&flows, &f, &step), 1);
        assert_true(step.seq == 0);
    }
    free_flows(&flows);
}

/* As the kernel does it if a client binds to the port that it connects to. */
static void a_socket_may_be_connected_to_itself(void **state)
{
    (void)state;
    static const struct {
        unsigned flags;
        uint32_t seq, ack, len;
        enum tcp_state reached;
    } lines[] = {
        {SYN, 0, 0, 0, SYN_SENT},    {SYN_ACK, 0, 1, 0, SYN_RECEIVED},
        {ACK, 1, 1, 0, ESTABLISHED}, {PSH_ACK, 1, 1, 3, ESTABLISHED},
        {ACK, 4, 4, 0, ESTABLISHED}, {FIN_ACK, 4, 4, 0, FIN_WAIT_1},
        {ACK, 5, 5, 0, TIME_WAIT},
    };
    struct flows flows = {0};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct step step;
        struct frame f = {.version = 4, .protocol = IPPROTO_TCP, .window = 100};
        f.data = (const uint8_t *)"";
        f.from_port = f.to_port = 5012;
        f.lost = i == 0; /* which changes nothing at the end that sends it */
        f.flags = lines[i].flags;
        f.seq = 1000 + lines[i].seq;
        f.ack = f.flags & TCP_ACK ? 1000 + lines[i].ack : 0;
        f.data_len = lines[i].len;
        assert_int_equal(add_frame(&flows, &f, &step), 1);
        assert_int_equal(step.from, 0);
        assert_true(step.seq == lines[i].seq && step.ack == lines[i].ack);
        assert_int_equal(step.remarks, 0);
        assert_string_equal(state_name(step.state[0]), state_name(lines[i].reached));
        assert_int_equal(step.state[1], STATE_UNKNOWN);
    }
    free_flows(&flows);
}

static void a_syn_that_nobody_answers_is_sent_again(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0},
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, SENT_AGAIN},
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, SENT_AGAIN},
    };
    PLAY(lines);
}

static void lost_data_are_sent_again(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, PSH_ACK, 1, 1, 10, ESTABLISHED, ESTABLISHED, 0},
        {CLIENT, PSH_ACK, 11, 1, 10, ESTABLISHED, ESTABLISHED, 0},
        {SERVER, ACK, 1, 1, 0, ESTABLISHED, ESTABLISHED, DUPLICATE_ACK},
        {CLIENT, PSH_ACK, 1, 1, 10, ESTABLISHED, ESTABLISHED, SENT_AGAIN},
        {SERVER, ACK, 1, 21, 0, ESTABLISHED, ESTABLISHED, 0},
    };
    PLAY(lines);
}

static void a_gap_is_told_and_its_filling_too(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, PSH_ACK, 11, 1, 10, ESTABLISHED, ESTABLISHED, GAP_BEFORE},
        {CLIENT, PSH_ACK, 1, 1, 4, ESTABLISHED, ESTABLISHED, FILLS_GAP},
        {CLIENT, PSH_ACK, 5, 1, 6, ESTABLISHED, ESTABLISHED, FILLS_GAP},
        {CLIENT, PSH_ACK, 1, 1, 4, ESTABLISHED, ESTABLISHED, SENT_AGAIN},
        {CLIENT, PSH_ACK, 21, 1, 4, ESTABLISHED, ESTABLISHED, 0},
    };
    PLAY(lines);
}

static void each_of_two_gaps_is_remembered(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, PSH_ACK, 1, 1, 100, ESTABLISHED, ESTABLISHED, 0},
        {CLIENT, PSH_ACK, 201, 1, 100, ESTABLISHED, ESTABLISHED, GAP_BEFORE},
        {CLIENT, PSH_ACK, 401, 1, 100, ESTABLISHED, ESTABLISHED, GAP_BEFORE},
        {CLIENT, PSH_ACK, 301, 1, 100, ESTABLISHED, ESTABLISHED, FILLS_GAP},
        {CLIENT, PSH_ACK, 301, 1, 100, ESTABLISHED, ESTABLISHED, SENT_AGAIN},
        {CLIENT, PSH_ACK, 101, 1, 100, ESTABLISHED, ESTABLISHED, FILLS_GAP},
        {CLIENT, PSH_ACK, 101, 1, 100, ESTABLISHED, ESTABLISHED, SENT_AGAIN},
    };
    PLAY(lines);
}

static void a_gap_that_is_filled_in_its_middle_leaves_two(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, PSH_ACK, 31, 1, 10, ESTABLISHED, ESTABLISHED, GAP_BEFORE},
        {CLIENT, PSH_ACK, 11, 1, 10, ESTABLISHED, ESTABLISHED, FILLS_GAP},
        {CLIENT, PSH_ACK, 11, 1, 10, ESTABLISHED, ESTABLISHED, SENT_AGAIN},
        {CLIENT, PSH_ACK, 21, 1, 10, ESTABLISHED, ESTABLISHED, FILLS_GAP},
        {CLIENT, PSH_ACK, 1, 1, 10, ESTABLISHED, ESTABLISHED, FILLS_GAP},
        {CLIENT, PSH_ACK, 1, 1, 40, ESTABLISHED, ESTABLISHED, SENT_AGAIN},
    };
    PLAY(lines);
}

static void of_very_many_gaps_the_first_is_forgotten(void **state)
{
    (void)state;
    struct line lines[GAPS_MAX + 4];
    for (uint32_t i = 0; i < GAPS_MAX + 4; i++)
        lines[i] = (struct line){.from = CLIENT,
                                 .flags = PSH_ACK,
                                 .seq = 1 + 2 * i,
                                 .ack = 1,
                                 .len = 1,
                                 .remarks = i > 0 ? GAP_BEFORE : 0};
    lines[GAPS_MAX + 2].seq = 4;
    lines[GAPS_MAX + 2].remarks = FILLS_GAP;
    lines[GAPS_MAX + 3].seq = 2;
    lines[GAPS_MAX + 3].remarks = SENT_AGAIN;
    PLAY(lines);
}

static void a_lost_fin_leaves_the_receiver_as_it_was(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, FIN_ACK, 1, 1, 0, FIN_WAIT_1, ESTABLISHED, 0},
        {CLIENT, FIN_ACK, 1, 1, 0, FIN_WAIT_1, ESTABLISHED, SENT_AGAIN},
        {SERVER, ACK, 1, 2, 0, FIN_WAIT_2, CLOSE_WAIT, 0},
    };
    PLAY(lines);
}

/* The end that closes has not received all before it, so it goes on waiting. */
/* Without it, each of these frames would change the state of the server. */
static void what_was_dropped_changes_nothing_at_the_other_end(void **state)
{
    (void)state;
    static const struct line opening[] = {
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0},
        {SERVER, SYN_ACK, 0, 1, 0, SYN_SENT, SYN_RECEIVED, 0},
    };
    static const struct line dropped[] = {
        {CLIENT, ACK, 1, 1, 0, ESTABLISHED, SYN_RECEIVED, 0},
        {CLIENT, TCP_RST, 1, 0, 0, CLOSED, SYN_RECEIVED, 0},
    };
    struct flows flows = {0};
    struct step step;
    for (size_t i = 0; i < 4; i++) {
        const struct line *line = i < 2 ? &opening[i] : &dropped[i - 2];
        struct frame f = tcp_frame(line);
        f.lost = i >= 2;
        assert_int_equal(add_frame(&flows, &f, &step), 1);
        assert_string_equal(state_name(step.state[CLIENT]), state_name(line->client));
        assert_string_equal(state_name(step.state[SERVER]), state_name(line->server));
        assert_int_equal(step.entered[SERVER], i < 2);
    }
    free_flows(&flows);
}

/* A program listens at the server, also if the SYN does not get there. */
static void a_dropped_syn_finds_its_server_listening(void **state)
{
    (void)state;
    struct line line = {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0};
    struct flows flows = {0};
    struct step step;
    struct frame f = tcp_frame(&line);
    f.lost = true;
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.state[SERVER], LISTEN);
    assert_true(step.entered[SERVER]);
    free_flows(&flows);
}

static void a_fin_after_a_gap_is_not_received_yet(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, FIN_ACK, 1, 1, 0, FIN_WAIT_1, ESTABLISHED, 0},
        {SERVER, ACK, 1, 2, 0, FIN_WAIT_2, CLOSE_WAIT, 0},
        {SERVER, FIN_ACK, 6, 2, 0, FIN_WAIT_2, LAST_ACK, GAP_BEFORE},
        {SERVER, PSH_ACK, 1, 2, 5, FIN_WAIT_2, LAST_ACK, FILLS_GAP},
        {CLIENT, ACK, 2, 7, 0, TIME_WAIT, CLOSED, 0},
    };
    PLAY(lines);
}

static void a_keepalive_is_not_data_sent_again(void **state)
{
    (void)state;
    static const struct line lines[] = {
        OPENING,
        {CLIENT, PSH_ACK, 1, 1, 5, ESTABLISHED, ESTABLISHED, 0},
        {SERVER, ACK, 1, 6, 0, ESTABLISHED, ESTABLISHED, 0},
        {CLIENT, ACK, 5, 1, 0, ESTABLISHED, ESTABLISHED, KEEPALIVE},
        {SERVER, ACK, 1, 6, 0, ESTABLISHED, ESTABLISHED, 0},
    };
    PLAY(lines);
}

static void a_zero_window_is_told(void **state)
{
    (void)state;
    static const struct line lines[] = {OPENING};
    struct flows flows = {0};
    struct step step;
    for (size_t i = 0; i < 3; i++) {
        struct frame f = tcp_frame(&lines[i]);
        assert_int_equal(add_frame(&flows, &f, &step), 1);
    }
    struct frame f = tcp_frame(&lines[2]);
    f.window = 0;
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.remarks, ZERO_WINDOW);
    f.window = 1;
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.remarks, WINDOW_OPENS);
    f.window = 2;
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.remarks, 0);
    free_flows(&flows);
}

/* A reset has no window, and that stops nobody. */
static void no_window_opens_that_was_not_full(void **state)
{
    (void)state;
    struct line line = {.from = SERVER, .flags = SYN_ACK, .ack = 1};
    struct flows flows = {0};
    struct step step;
    struct frame f = tcp_frame(&line);
    f.window = 0; /* at a SYN it says nothing yet */
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.remarks, 0);
    f = tcp_frame(&line);
    f.flags = ACK;
    f.seq++;
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.remarks, 0);
    free_flows(&flows);
}

static void a_capture_may_begin_in_the_middle(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {CLIENT, PSH_ACK, 1, 1, 5, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {SERVER, ACK, 1, 6, 0, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {CLIENT, PSH_ACK, 6, 1, 5, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {CLIENT, RST, 11, 0, 0, CLOSED, CLOSED, 0},
    };
    PLAY(lines);
}

static void data_both_ways_tell_that_both_are_established(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {CLIENT, PSH_ACK, 1, 1, 10, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {SERVER, ACK, 1, 11, 0, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {SERVER, PSH_ACK, 1, 11, 10, ESTABLISHED, ESTABLISHED, 0},
        {CLIENT, ACK, 11, 11, 0, ESTABLISHED, ESTABLISHED, 0},
        {SERVER, FIN_ACK, 11, 11, 0, ESTABLISHED, FIN_WAIT_1, 0},
        {CLIENT, FIN_ACK, 11, 12, 0, LAST_ACK, TIME_WAIT, 0},
        {SERVER, ACK, 12, 12, 0, CLOSED, TIME_WAIT, 0},
    };
    PLAY(lines);
}

static void so_do_data_after_a_fin_of_the_other_side(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {CLIENT, FIN_ACK, 1, 1, 0, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {SERVER, ACK, 1, 2, 0, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {SERVER, PSH_ACK, 1, 2, 5, FIN_WAIT_2, CLOSE_WAIT, 0},
        {SERVER, FIN_ACK, 6, 2, 0, TIME_WAIT, LAST_ACK, 0},
    };
    PLAY(lines);
}

static void the_lower_port_is_the_servers_if_no_syn_was_seen(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {SERVER, PSH_ACK, 1, 1, 10, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {CLIENT, ACK, 1, 11, 0, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {CLIENT, PSH_ACK, 1, 11, 3, ESTABLISHED, ESTABLISHED, 0},
        {SERVER, ACK, 11, 4, 0, ESTABLISHED, ESTABLISHED, 0},
    };
    PLAY(lines);
}

static void the_port_that_was_named_is_the_servers(void **state)
{
    (void)state;
    struct line late = {.from = CLIENT, .flags = ACK, .seq = 1, .ack = 1};
    struct line syn = {.from = CLIENT, .flags = SYN, .seq = 1000};
    struct flows flows = {.port = 40000};
    struct step step;
    struct frame f = tcp_frame(&late);
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(flows.all[0].side[SERVER].port, 40000);
    f = tcp_frame(&syn); /* but a SYN tells */
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(flows.all[1].side[CLIENT].port, 40000);
    free_flows(&flows);
}

static void an_answer_by_udp_comes_from_a_well_known_port(void **state)
{
    (void)state;
    static const struct {
        uint16_t from, to;
        unsigned client;
    } cases[] = {{40000, 53, 0}, {53, 40000, 1}, {5001, 40000, 0}, {67, 68, 0}};
    for (size_t i = 0; i < 4; i++) {
        struct flows flows = {0};
        struct step step;
        struct frame f = {.version = 4, .protocol = IPPROTO_UDP, .data = (const uint8_t *)""};
        f.from_port = cases[i].from;
        f.to_port = cases[i].to;
        assert_int_equal(add_frame(&flows, &f, &step), 1);
        assert_int_equal(step.from, cases[i].client);
        free_flows(&flows);
    }
}

/* The capture holds one side; the other one is known by what this one acknowledges. */
static void one_side_tells_of_the_other(void **state)
{
    (void)state;
    static const struct line client[] = {
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0},
        {CLIENT, ACK, 1, 1, 0, ESTABLISHED, ESTABLISHED, 0},
        {CLIENT, PSH_ACK, 1, 1, 5, ESTABLISHED, ESTABLISHED, 0},
        {CLIENT, ACK, 6, 100, 0, ESTABLISHED, ESTABLISHED, 0},
    };
    static const struct line server[] = {
        {SERVER, SYN_ACK, 0, 1, 0, SYN_SENT, SYN_RECEIVED, 0},
        {SERVER, PSH_ACK, 1, 6, 9, ESTABLISHED, ESTABLISHED, 0},
    };
    static const struct line late[] = {
        {CLIENT, PSH_ACK, 1, 1, 5, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {CLIENT, ACK, 6, 100, 0, ESTABLISHED, ESTABLISHED, 0},
    };
    PLAY(client);
    PLAY(server);
    PLAY(late);
}

/* The other side has sent it before the capture began. */
static void an_old_acknowledgement_is_below_zero(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {SERVER, PSH_ACK, 2001, 1, 10, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {CLIENT, ACK, 1, 1001, 0, STATE_UNKNOWN, STATE_UNKNOWN, 0},
    };
    struct flows flows = {0};
    struct step step;
    for (size_t i = 0; i < 2; i++) {
        struct frame f = tcp_frame(&lines[i]);
        assert_int_equal(add_frame(&flows, &f, &step), 1);
    }
    assert_true(step.ack == -999);
    free_flows(&flows);
}

/* What is older than the capture may have been sent before, or come late. We cannot know. */
static void what_came_before_the_beginning_is_not_sent_again(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {.from = CLIENT, .flags = PSH_ACK, .seq = 1001, .ack = 1, .len = 10},
        {.from = CLIENT, .flags = PSH_ACK, .seq = 501, .ack = 1, .len = 10},
        {.from = CLIENT, .flags = PSH_ACK, .seq = 1001, .ack = 1, .len = 10},
    };
    struct flows flows = {0};
    struct step steps[3];
    for (size_t i = 0; i < 3; i++) {
        struct frame f = tcp_frame(&lines[i]);
        assert_int_equal(add_frame(&flows, &f, &steps[i]), 1);
    }
    assert_true(steps[1].seq == -499);
    assert_int_equal(steps[1].remarks, 0);
    assert_int_equal(steps[2].remarks, SENT_AGAIN);
    free_flows(&flows);
}

/* What was on its way when the capture began is neither sent again nor missing. */
static void what_an_ack_ran_ahead_of_is_no_remark(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {CLIENT, ACK, 1, 1, 0, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {SERVER, PSH_ACK, 501, 1, 10, STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {SERVER, PSH_ACK, 511, 1, 10, STATE_UNKNOWN, STATE_UNKNOWN, 0},
    };
    PLAY(lines);
}

static void who_answers_a_syn_is_the_server(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {SERVER, SYN_ACK, 0, 1, 0, SYN_SENT, SYN_RECEIVED, 0},
        {CLIENT, ACK, 1, 1, 0, ESTABLISHED, ESTABLISHED, 0},
    };
    PLAY(lines);
}

static void used_ports_may_be_used_again(void **state)
{
    (void)state;
    static const struct line lines[] = {
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0},
        {SERVER, RST_ACK, 0, 1, 0, CLOSED, CLOSED, REFUSED},
        {CLIENT, SYN, 0, 0, 0, SYN_SENT, LISTEN, 0},
        {SERVER, SYN_ACK, 0, 1, 0, SYN_SENT, SYN_RECEIVED, 0},
        {CLIENT, SYN, 1000, 0, 0, SYN_SENT, LISTEN, 0},
    };
    static const size_t flow[] = {0, 0, 1, 1, 2};
    struct flows flows = {0};
    for (size_t i = 0; i < 5; i++) {
        struct frame f = tcp_frame(&lines[i]);
        struct step step;
        assert_int_equal(add_frame(&flows, &f, &step), 1);
        assert_int_equal(step.flow, flow[i]);
        assert_int_equal(step.state[CLIENT], lines[i].client);
        assert_int_equal(step.state[SERVER], lines[i].server);
    }
    assert_int_equal(flows.count, 3);
    free_flows(&flows);
}

static void thousands_are_found_again(void **state)
{
    (void)state;
    enum { FLOWS = 20000 };
    struct flows flows = {0};
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < FLOWS; i++) {
            struct line line = {.from = round, .flags = round ? SYN_ACK : SYN, .ack = round};
            struct frame f = tcp_frame(&line);
            struct step step;
            uint8_t *client = round ? f.to : f.from;
            client[0] = (uint8_t)(i >> 8);
            client[1] = (uint8_t)i;
            assert_int_equal(add_frame(&flows, &f, &step), 1);
            assert_int_equal(step.flow, i);
            assert_int_equal(step.from, round);
        }
    assert_int_equal(flows.count, FLOWS);
    free_flows(&flows);
}

static void udp_and_icmp_have_conversations_too(void **state)
{
    (void)state;
    static const uint8_t data[1] = {0};
    struct flows flows = {0};
    struct step step;
    struct frame udp = {.version = 6, .protocol = IPPROTO_UDP, .data = data};
    udp.from[15] = 1;
    udp.to[15] = 2;
    udp.from_port = 40000;
    udp.to_port = 53;
    assert_int_equal(add_frame(&flows, &udp, &step), 1);
    struct frame ping = {.version = 4, .protocol = IPPROTO_ICMP, .type = 8, .id = 7, .data = data};
    ping.from[3] = 1;
    ping.to[3] = 2;
    assert_int_equal(add_frame(&flows, &ping, &step), 1);
    assert_int_equal(step.flow, 1);
    struct frame pong = ping;
    pong.type = 0;
    pong.from[3] = 2;
    pong.to[3] = 1;
    assert_int_equal(add_frame(&flows, &pong, &step), 1);
    assert_int_equal(step.flow, 1);
    assert_int_equal(step.from, 1);
    ping.id = 8; /* another ping */
    assert_int_equal(add_frame(&flows, &ping, &step), 1);
    assert_int_equal(step.flow, 2);
    ping.type = 13; /* a timestamp request: in no conversation */
    assert_int_equal(add_frame(&flows, &ping, &step), 0);
    free_flows(&flows);
}

/* A UDP datagram from 10.0.1.1, port 40000, to 10.0.1.2, port 7777, as an ICMP error quotes it. */
static const uint8_t quoted[] = {
    0x45, 0, 0,  28, 0, 0, 0,    0,    64,   17,   0, 0, 10, 0,
    1,    1, 10, 0,  1, 2, 0x9c, 0x40, 0x1e, 0x61, 0, 8, 0,  0,
};

static void the_first_piece_of_a_packet_is_told(void **state)
{
    (void)state;
    struct flows flows = {0};
    static const struct line hello = {
        .from = CLIENT, .flags = PSH_ACK, .seq = 1, .ack = 1, .len = 6};
    struct frame f = tcp_frame(&hello);
    f.fragmented = true;
    struct step step;
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.remarks, FIRST_PIECE);
    f.verdict = FRAME_FRAGMENT;
    assert_int_equal(add_frame(&flows, &f, &step), 0);
    free_flows(&flows);
}

static void a_header_without_its_options_is_told(void **state)
{
    (void)state;
    static const struct line line = {.from = CLIENT, .flags = SYN};
    struct flows flows = {0};
    struct step step;
    struct frame f = tcp_frame(&line);
    f.verdict = FRAME_CUT;
    assert_int_equal(add_frame(&flows, &f, &step), 1);
    assert_int_equal(step.remarks, OPTIONS_CUT);
    assert_int_equal(step.state[CLIENT], SYN_SENT);
    free_flows(&flows);
}

static void an_error_joins_the_conversation_that_it_is_about(void **state)
{
    (void)state;
    struct flows flows = {0};
    struct step step;
    struct frame udp = parse_frame(LINK_RAW, quoted, sizeof quoted, sizeof quoted);
    struct frame error = {.version = 4, .protocol = IPPROTO_ICMP, .type = 3, .code = 3};
    error.data = quoted;
    error.data_len = error.data_kept = sizeof quoted;
    error.from[0] = 9;                                     /* a router on the way */
    assert_int_equal(add_frame(&flows, &error, &step), 0); /* about an unknown conversation */
    assert_int_equal(add_frame(&flows, &udp, &step), 1);
    assert_int_equal(step.from, 0);
    assert_int_equal(add_frame(&flows, &error, &step), 1);
    assert_int_equal(step.flow, 0);
    assert_int_equal(step.from, 1);
    assert_int_equal(step.remarks, ABOUT_THE_OTHER);
    assert_int_equal(flows.all[0].frames, 2);
    free_flows(&flows);
}

static void what_cannot_be_read_belongs_to_nobody(void **state)
{
    (void)state;
    struct flows flows = {0};
    struct step step;
    static const struct frame frames[] = {
        {.verdict = FRAME_NOT_IP},
        {.verdict = FRAME_ARP},
        {.verdict = FRAME_FRAGMENT, .version = 4, .protocol = IPPROTO_TCP},
        {.verdict = FRAME_CUT, .version = 4, .protocol = IPPROTO_TCP},
        {.verdict = FRAME_WHOLE, .version = 4, .protocol = IPPROTO_GRE},
    };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(add_frame(&flows, &frames[i], &step), 0);
    assert_int_equal(flows.count, 0);
    free_flows(&flows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_client_closes_first),
        cmocka_unit_test(a_fin_that_acknowledges_leads_through_two_states),
        cmocka_unit_test(the_server_closes_first),
        cmocka_unit_test(a_half_close_leaves_the_other_direction_open),
        cmocka_unit_test(both_close_at_once),
        cmocka_unit_test(both_open_at_once),
        cmocka_unit_test(a_reset_ends_both),
        cmocka_unit_test(a_reset_for_a_syn_is_a_refusal),
        cmocka_unit_test(a_syn_that_nobody_answers_is_sent_again),
        cmocka_unit_test(lost_data_are_sent_again),
        cmocka_unit_test(a_gap_is_told_and_its_filling_too),
        cmocka_unit_test(each_of_two_gaps_is_remembered),
        cmocka_unit_test(a_gap_that_is_filled_in_its_middle_leaves_two),
        cmocka_unit_test(of_very_many_gaps_the_first_is_forgotten),
        cmocka_unit_test(a_lost_fin_leaves_the_receiver_as_it_was),
        cmocka_unit_test(what_was_dropped_changes_nothing_at_the_other_end),
        cmocka_unit_test(a_dropped_syn_finds_its_server_listening),
        cmocka_unit_test(a_fin_after_a_gap_is_not_received_yet),
        cmocka_unit_test(a_keepalive_is_not_data_sent_again),
        cmocka_unit_test(a_zero_window_is_told),
        cmocka_unit_test(no_window_opens_that_was_not_full),
        cmocka_unit_test(what_refuses_has_no_number_of_its_own),
        cmocka_unit_test(a_socket_may_be_connected_to_itself),
        cmocka_unit_test(a_capture_may_begin_in_the_middle),
        cmocka_unit_test(data_both_ways_tell_that_both_are_established),
        cmocka_unit_test(so_do_data_after_a_fin_of_the_other_side),
        cmocka_unit_test(the_lower_port_is_the_servers_if_no_syn_was_seen),
        cmocka_unit_test(the_port_that_was_named_is_the_servers),
        cmocka_unit_test(an_answer_by_udp_comes_from_a_well_known_port),
        cmocka_unit_test(one_side_tells_of_the_other),
        cmocka_unit_test(an_old_acknowledgement_is_below_zero),
        cmocka_unit_test(what_came_before_the_beginning_is_not_sent_again),
        cmocka_unit_test(what_an_ack_ran_ahead_of_is_no_remark),
        cmocka_unit_test(who_answers_a_syn_is_the_server),
        cmocka_unit_test(used_ports_may_be_used_again),
        cmocka_unit_test(thousands_are_found_again),
        cmocka_unit_test(udp_and_icmp_have_conversations_too),
        cmocka_unit_test(the_first_piece_of_a_packet_is_told),
        cmocka_unit_test(a_header_without_its_options_is_told),
        cmocka_unit_test(an_error_joins_the_conversation_that_it_is_about),
        cmocka_unit_test(what_cannot_be_read_belongs_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
