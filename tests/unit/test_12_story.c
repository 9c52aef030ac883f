/* test_12_story.c - lab 12: what is kept of a capture, and which frames were lost. */
// sources: labs/12-tcp-handshake/ladder/story.c labs/12-tcp-handshake/ladder/flow.c
// sources: labs/12-tcp-handshake/ladder/key.c labs/12-tcp-handshake/ladder/tcp.c
// sources: labs/12-tcp-handshake/ladder/numbers.c
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
#include <errno.h>
#include <netinet/in.h>

#include "../../labs/12-tcp-handshake/ladder/story.h"

enum { CLIENT, SERVER };
enum { ISN_CLIENT = 0x7ffffffe, ISN_SERVER = (int)0xfffffffe }; /* both wrap soon */

static struct story story;
static int64_t clock_now;

/* Adds a frame with relative numbers; `connection` is the client's port. */
static struct rung *add_to(uint16_t connection, int from, unsigned flags, uint32_t seq,
                           uint32_t ack, const char *data)
{
    static const uint32_t first[] = {ISN_CLIENT, (uint32_t)ISN_SERVER};
    struct frame f = {.version = 4, .protocol = IPPROTO_TCP, .flags = flags, .window = 100};
    f.from[3] = from == CLIENT ? 1 : 2;
    f.to[3] = from == CLIENT ? 2 : 1;
    f.from_port = from == CLIENT ? connection : 5012;
    f.to_port = from == CLIENT ? 5012 : connection;
    f.seq = first[from] + seq;
    f.ack = flags & TCP_ACK ? first[1 - from] + ack : 0;
    f.data = (const uint8_t *)data;
    f.data_len = f.data_kept = strlen(data);
    return add_rung(&story, &f, ++clock_now);
}

static struct rung *rung(int from, unsigned flags, uint32_t seq, uint32_t ack, const char *data)
{
    return add_to(40000, from, flags, seq, ack, data);
}

static void open_connection(void)
{
    rung(CLIENT, TCP_SYN, 0, 0, "");
    rung(SERVER, TCP_SYN | TCP_ACK, 0, 1, "");
    rung(CLIENT, TCP_ACK, 1, 1, "");
}

static int forget(void **state)
{
    (void)state;
    free_story(&story);
    return 0;
}

static void rungs_are_kept_in_the_order_of_their_conversation(void **state)
{
    (void)state;
    struct rung *a1 = add_to(40000, CLIENT, TCP_SYN, 0, 0, "");
    struct rung *b1 = add_to(40001, CLIENT, TCP_SYN, 0, 0, "");
    struct rung *a2 = add_to(40000, SERVER, TCP_SYN | TCP_ACK, 0, 1, "");
    assert_int_equal(story.flows.count, 2);
    assert_int_equal(story.count, 3);
    assert_ptr_equal(story.ladders[0].first, a1);
    assert_ptr_equal(story.ladders[0].last, a2);
    assert_ptr_equal(a1->next, a2);
    assert_ptr_equal(a2->previous, a1);
    assert_null(a2->next);
    assert_ptr_equal(story.ladders[1].first, b1);
    assert_null(b1->next);
    assert_true(a1->at < b1->at && b1->at < a2->at);
}

static void the_first_bytes_of_the_data_are_kept(void **state)
{
    (void)state;
    char data[200];
    memset(data, 'x', sizeof data);
    data[sizeof data - 1] = '\0';
    open_connection();
    struct rung *r = rung(CLIENT, TCP_ACK, 1, 1, data);
    memset(data, 'y', sizeof data);
    assert_int_equal(r->frame.data_len, sizeof data - 1);
    assert_int_equal(r->frame.data_kept, RUNG_DATA_MAX);
    assert_ptr_equal(r->frame.data, r->data);
    for (int i = 0; i < RUNG_DATA_MAX; i++)
        assert_int_equal(r->data[i], 'x');
}

static void rungs_stay_where_they_are_however_many_there_are(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    static struct rung *all[MANY];
    for (int i = 0; i < MANY; i++) {
        all[i] = add_to((uint16_t)(1024 + i), CLIENT, TCP_SYN, 0, 0, "");
        assert_non_null(all[i]);
    }
    for (int i = 0; i < MANY; i++) {
        assert_ptr_equal(story.ladders[i].first, all[i]);
        assert_int_equal(all[i]->frame.from_port, 1024 + i);
    }
    end_story(&story);
}

static void what_belongs_to_no_conversation_is_not_kept(void **state)
{
    (void)state;
    struct frame arp = {.verdict = FRAME_ARP};
    for (int i = 0; i < 2000; i++) {
        assert_null(add_rung(&story, &arp, 1));
        assert_int_equal(errno, 0);
    }
    assert_int_equal(story.count, 0);
}

static void what_is_sent_again_before_an_acknowledgement_was_lost(void **state)
{
    (void)state;
    open_connection();
    struct rung *first = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "hello\n");
    struct rung *again = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "hello\n");
    rung(SERVER, TCP_ACK, 1, 7, "");
    end_story(&story);
    assert_true(first->lost);
    assert_false(again->lost);
}

/* Closes from the client's side. Returns the server's FIN, which may be lost. */
static struct rung *close_connection(unsigned flags)
{
    open_connection();
    rung(CLIENT, TCP_FIN | TCP_ACK, 1, 1, "");
    if (!(flags & TCP_FIN))
        rung(SERVER, TCP_ACK, 1, 2, "");
    return rung(SERVER, TCP_FIN | TCP_ACK, 1, 2, "");
}

static void assert_enters(const struct rung *r, bool entered, enum tcp_state passed,
                          enum tcp_state reached)
{
    assert_int_equal(r->step.entered[CLIENT], entered);
    assert_string_equal(state_name(r->step.passed[CLIENT]), state_name(passed));
    assert_string_equal(state_name(r->step.state[CLIENT]), state_name(reached));
}

static void a_fin_that_is_sent_again_leads_to_time_wait_the_second_time(void **state)
{
    (void)state;
    struct rung *first = close_connection(0);
    assert_enters(first, true, STATE_UNKNOWN, TIME_WAIT);
    struct rung *again = rung(SERVER, TCP_FIN | TCP_ACK, 1, 2, "");
    struct rung *ack = rung(CLIENT, TCP_ACK, 2, 2, "");
    end_story(&story);
    assert_true(first->lost);
    assert_enters(first, false, STATE_UNKNOWN, FIN_WAIT_2);
    assert_enters(again, true, STATE_UNKNOWN, TIME_WAIT);
    assert_enters(ack, false, STATE_UNKNOWN, TIME_WAIT);
}

static void so_does_one_that_also_acknowledges(void **state)
{
    (void)state;
    struct rung *first = close_connection(TCP_FIN);
    assert_enters(first, true, FIN_WAIT_2, TIME_WAIT);
    struct rung *again = rung(SERVER, TCP_FIN | TCP_ACK, 1, 2, "");
    rung(CLIENT, TCP_ACK, 2, 2, "");
    end_story(&story);
    assert_enters(first, false, STATE_UNKNOWN, FIN_WAIT_1);
    assert_enters(again, true, FIN_WAIT_2, TIME_WAIT);
}

static void a_fin_that_never_comes_leads_nowhere(void **state)
{
    (void)state;
    struct rung *first = close_connection(0);
    struct rung *again = rung(SERVER, TCP_FIN | TCP_ACK, 1, 2, "");
    end_story(&story);
    assert_true(first->lost && again->lost);
    assert_enters(first, false, STATE_UNKNOWN, FIN_WAIT_2);
    assert_enters(again, false, STATE_UNKNOWN, FIN_WAIT_2);
}

static void what_was_acknowledged_was_not_lost(void **state)
{
    (void)state;
    open_connection();
    struct rung *first = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "hello\n");
    rung(SERVER, TCP_ACK, 1, 7, "");
    struct rung *again = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "hello\n");
    rung(SERVER, TCP_ACK, 1, 7, "");
    end_story(&story);
    assert_false(first->lost);
    assert_false(again->lost);
    assert_true(again->step.remarks & SENT_AGAIN);
}

static void an_old_acknowledgement_does_not_count(void **state)
{
    (void)state;
    open_connection();
    struct rung *first = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "one");
    rung(SERVER, TCP_ACK, 1, 4, "");
    struct rung *second = rung(CLIENT, TCP_PSH | TCP_ACK, 4, 1, "two");
    rung(SERVER, TCP_PSH | TCP_ACK, 1, 4, "data of the other");
    rung(CLIENT, TCP_PSH | TCP_ACK, 4, 1, "two");
    rung(SERVER, TCP_ACK, 18, 7, "");
    end_story(&story);
    assert_false(first->lost);
    assert_true(second->lost);
}

static void of_two_in_one_only_the_missing_one_was_lost(void **state)
{
    (void)state;
    open_connection();
    struct rung *first = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "one");
    struct rung *second = rung(CLIENT, TCP_PSH | TCP_ACK, 4, 1, "two");
    rung(SERVER, TCP_ACK, 1, 1, "");
    rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "one");
    rung(SERVER, TCP_ACK, 1, 7, "");
    end_story(&story);
    assert_true(first->lost);
    assert_false(second->lost);
}

static void what_was_sent_again_in_part_was_not_lost(void **state)
{
    (void)state;
    open_connection();
    struct rung *whole = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "0123456789");
    struct rung *tail = rung(CLIENT, TCP_ACK, 6, 1, "56789"); /* a probe for what was lost last */
    rung(SERVER, TCP_ACK, 1, 11, "");
    end_story(&story);
    assert_true(tail->step.remarks & SENT_AGAIN);
    assert_false(whole->lost);
    assert_false(tail->lost);
}

static void two_that_are_sent_again_in_one_were_lost(void **state)
{
    (void)state;
    open_connection();
    struct rung *before = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "zero");
    struct rung *first = rung(CLIENT, TCP_PSH | TCP_ACK, 5, 1, "one");
    struct rung *second = rung(CLIENT, TCP_PSH | TCP_ACK, 8, 1, "two");
    struct rung *after = rung(CLIENT, TCP_PSH | TCP_ACK, 11, 1, "three");
    rung(CLIENT, TCP_PSH | TCP_ACK, 5, 1, "onetwo");
    rung(SERVER, TCP_ACK, 1, 16, "");
    end_story(&story);
    assert_false(before->lost);
    assert_true(first->lost);
    assert_true(second->lost);
    assert_false(after->lost);
}

static void a_syn_that_nobody_answers_was_lost_each_time(void **state)
{
    (void)state;
    struct rung *all[3];
    for (int i = 0; i < 3; i++)
        all[i] = rung(CLIENT, TCP_SYN, 0, 0, "");
    assert_false(all[2]->lost); /* an answer may still come */
    end_story(&story);
    for (int i = 0; i < 3; i++)
        assert_true(all[i]->lost);
}

static void a_frame_that_was_sent_once_is_on_its_way(void **state)
{
    (void)state;
    open_connection();
    struct rung *last = rung(CLIENT, TCP_PSH | TCP_ACK, 1, 1, "hello\n");
    end_story(&story);
    assert_false(last->lost);
}

static void an_answer_saves_a_syn_that_was_sent_again(void **state)
{
    (void)state;
    struct rung *first = rung(CLIENT, TCP_SYN, 0, 0, "");
    struct rung *again = rung(CLIENT, TCP_SYN, 0, 0, "");
    rung(SERVER, TCP_RST | TCP_ACK, 0, 1, "");
    end_story(&story);
    assert_true(first->lost);
    assert_false(again->lost);
}

static void what_the_firewall_dropped_was_lost(void **state)
{
    (void)state;
    struct frame f = {.version = 4, .protocol = IPPROTO_UDP, .from_port = 40000, .to_port = 5002};
    f.data = (const uint8_t *)"";
    struct rung *first = add_rung(&story, &f, 1);
    f.lost = true;
    struct rung *second = add_rung(&story, &f, 2);
    end_story(&story);
    assert_false(first->lost);
    assert_true(second->lost);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(rungs_are_kept_in_the_order_of_their_conversation, forget),
        cmocka_unit_test_teardown(the_first_bytes_of_the_data_are_kept, forget),
        cmocka_unit_test_teardown(rungs_stay_where_they_are_however_many_there_are, forget),
        cmocka_unit_test_teardown(what_belongs_to_no_conversation_is_not_kept, forget),
        cmocka_unit_test_teardown(what_is_sent_again_before_an_acknowledgement_was_lost, forget),
        cmocka_unit_test_teardown(a_fin_that_is_sent_again_leads_to_time_wait_the_second_time,
                                  forget),
        cmocka_unit_test_teardown(so_does_one_that_also_acknowledges, forget),
        cmocka_unit_test_teardown(a_fin_that_never_comes_leads_nowhere, forget),
        cmocka_unit_test_teardown(what_was_acknowledged_was_not_lost, forget),
        cmocka_unit_test_teardown(an_old_acknowledgement_does_not_count, forget),
        cmocka_unit_test_teardown(of_two_in_one_only_the_missing_one_was_lost, forget),
        cmocka_unit_test_teardown(what_was_sent_again_in_part_was_not_lost, forget),
        cmocka_unit_test_teardown(two_that_are_sent_again_in_one_were_lost, forget),
        cmocka_unit_test_teardown(a_syn_that_nobody_answers_was_lost_each_time, forget),
        cmocka_unit_test_teardown(a_frame_that_was_sent_once_is_on_its_way, forget),
        cmocka_unit_test_teardown(what_the_firewall_dropped_was_lost, forget),
        cmocka_unit_test_teardown(an_answer_saves_a_syn_that_was_sent_again, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
