/* test_12_twice.c - lab 12: which frames are copies
 * that the capture has made, and which were sent again. */
// sources: labs/12-tcp-handshake/ladder/twice.c
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "../../labs/12-tcp-handshake/ladder/twice.h"

static const int64_t MICROSECOND = 1000, MILLISECOND = 1000000;

static struct recent recent;

static int forget(void **state)
{
    (void)state;
    recent = (struct recent){0};
    return 0;
}

/* A segment of five bytes. */
static struct frame segment(unsigned packet_id)
{
    struct frame f = {.version = 4, .protocol = IPPROTO_TCP, .ttl = 64, .packet_id = packet_id};
    f.from[3] = 1;
    f.to[3] = 2;
    f.from_port = 40000;
    f.to_port = 5001;
    f.seq = 1000;
    f.ack = 5000;
    f.flags = TCP_ACK;
    f.window = 100;
    f.sum = 0xabcd;
    f.data = (const uint8_t *)"hello";
    f.data_len = 5;
    return f;
}

/* True if `second` comes this much later than `first`, and is found to be a copy of it. */
static bool is_copy(const struct frame *first, const struct frame *second, int64_t later)
{
    forget(NULL);
    assert_null(find_original(&recent, first, MILLISECOND));
    struct recent_frame *original = newest(&recent);
    struct recent_frame *found = find_original(&recent, second, MILLISECOND + later);
    if (found)
        assert_ptr_equal(found, original);
    assert_int_equal(recent.copies, found != NULL);
    return found;
}

static void the_same_packet_a_moment_later_is_a_copy(void **state)
{
    (void)state;
    struct frame f = segment(7);
    assert_true(is_copy(&f, &f, 2 * MICROSECOND));
    assert_true(is_copy(&f, &f, 10 * MILLISECOND));
    assert_false(is_copy(&f, &f, 11 * MILLISECOND));
}

static void one_router_may_be_between(void **state)
{
    (void)state;
    struct frame first = segment(7), second = first;
    second.ttl = 63;
    assert_true(is_copy(&first, &second, MICROSECOND));
    second.ttl = 62;
    assert_false(is_copy(&first, &second, MICROSECOND));
    second.ttl = 65;
    assert_false(is_copy(&first, &second, MICROSECOND));
}

static void whatever_differs_makes_it_another_packet(void **state)
{
    (void)state;
    const struct frame first = segment(7);
    struct frame others[9];
    for (int i = 0; i < 9; i++)
        others[i] = first;
    others[0].packet_id = 8; /* sent again */
    others[1].seq++;
    others[2].ack++;
    others[3].flags |= TCP_PSH;
    others[4].window--;
    others[5].sum--;
    others[6].data_len++;
    others[7].from[3] = 3;
    others[8].to_port++;
    for (int i = 0; i < 9; i++)
        assert_false(is_copy(&first, &others[i], MICROSECOND));
}

/* Many systems send some packets with no identification, and IPv6 has none. */
static void without_an_identification_it_comes_right_behind(void **state)
{
    (void)state;
    struct frame f = segment(0), between = segment(8);
    assert_true(is_copy(&f, &f, MILLISECOND));
    assert_false(is_copy(&f, &f, 2 * MILLISECOND)); /* a probe for what was lost last */
    forget(NULL);
    assert_null(find_original(&recent, &f, 1));
    assert_null(find_original(&recent, &between, 2));
    assert_null(find_original(&recent, &f, 3)); /* sent again, for an ACK has asked */
}

static void an_acknowledgement_without_one_may_be_repeated(void **state)
{
    (void)state;
    struct frame f = segment(0), sure = segment(8);
    f.data_len = 0;
    assert_false(is_copy(&f, &f, MICROSECOND));
    forget(NULL);
    find_original(&recent, &sure, 1);
    assert_non_null(find_original(&recent, &sure, 2));
    assert_null(find_original(&recent, &f, 3));
    assert_non_null(find_original(&recent, &f, 4)); /* this capture has copies */
}

static void two_equal_datagrams_without_one_are_two(void **state)
{
    (void)state;
    struct frame f = segment(0), routed = segment(0);
    f.protocol = routed.protocol = IPPROTO_UDP;
    routed.ttl--;
    assert_false(is_copy(&f, &f, MICROSECOND));
    assert_true(is_copy(&f, &routed, MICROSECOND));
}

static void frames_of_others_may_pass_between(void **state)
{
    (void)state;
    struct frame f = segment(1);
    for (unsigned others = RECENT_MAX - 1; others <= RECENT_MAX; others++) {
        forget(NULL);
        assert_null(find_original(&recent, &f, 1));
        for (unsigned i = 0; i < others; i++) {
            struct frame other = segment(2 + i);
            assert_null(find_original(&recent, &other, 2));
        }
        struct recent_frame *found = find_original(&recent, &f, 3);
        assert_int_equal(found != NULL, others < RECENT_MAX);
    }
}

static void later_pieces_of_a_packet_are_no_copies(void **state)
{
    (void)state;
    struct frame f = segment(7);
    f.data = NULL;
    f.data_len = 0;
    assert_null(find_original(&recent, &f, 1));
    assert_null(find_original(&recent, &f, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_same_packet_a_moment_later_is_a_copy, forget),
        cmocka_unit_test_setup(one_router_may_be_between, forget),
        cmocka_unit_test_setup(whatever_differs_makes_it_another_packet, forget),
        cmocka_unit_test_setup(without_an_identification_it_comes_right_behind, forget),
        cmocka_unit_test_setup(an_acknowledgement_without_one_may_be_repeated, forget),
        cmocka_unit_test_setup(two_equal_datagrams_without_one_are_two, forget),
        cmocka_unit_test_setup(frames_of_others_may_pass_between, forget),
        cmocka_unit_test_setup(later_pieces_of_a_packet_are_no_copies, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
