/* test_06_answer.c - lab 06: what the server answers, rightly and wrongly. */
// sources: labs/06-icmp-ping/answer.c labs/06-icmp-ping/icmp.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/06-icmp-ping/answer.h"

enum { ID = 4711, SEQ = 258 };

static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7};

static const struct icmp_message request = {
    .verdict = FOREIGN, .type = 8, .id = ID, .seq = SEQ, .data = data, .data_len = sizeof data};

static uint8_t answer[PACKET_MAX];

/* The answer in that mode, as a ping with our identifier reads it. */
static struct icmp_message answer_in(enum mode mode)
{
    memset(answer, 0xa5, sizeof answer);
    size_t len = build_answer(answer, FORM_ICMP, &request, mode);
    return parse_icmp(answer, len, FORM_ICMP, ID);
}

static void returns_id_number_and_data(void **state)
{
    (void)state;
    const enum mode whole[] = {PROPER, DUPLICATE, SILENT};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        struct icmp_message m = answer_in(whole[i]);
        assert_int_equal(m.verdict, REPLY);
        assert_int_equal(m.id, ID);
        assert_int_equal(m.seq, SEQ);
        assert_int_equal(m.data_len, sizeof data);
        assert_memory_equal(m.data, data, sizeof data);
    }
}

static void answers_icmpv6_with_its_own_type(void **state)
{
    (void)state;
    size_t len = build_answer(answer, FORM_ICMP6, &request, PROPER);
    assert_int_equal(answer[0], 129);
    assert_int_equal(parse_icmp(answer, len, FORM_ICMP6, ID).verdict, REPLY);
}

static void a_wrong_identifier_has_a_right_checksum(void **state)
{
    (void)state;
    struct icmp_message m = answer_in(WRONG_IDENTIFIER);
    assert_int_equal(m.verdict, WRONG_ID);
    assert_int_equal(m.seq, SEQ);
}

static void damage_is_one_bit(void **state)
{
    (void)state;
    assert_int_equal(answer_in(DAMAGE).verdict, BAD_CHECKSUM);
    answer[ECHO_HEADER_LEN + sizeof data - 1] ^= 1;
    struct icmp_message m = parse_icmp(answer, ECHO_HEADER_LEN + sizeof data, FORM_ICMP, ID);
    assert_int_equal(m.verdict, REPLY);
}

static void damages_an_answer_without_data(void **state)
{
    (void)state;
    struct icmp_message empty = request;
    empty.data_len = 0;
    size_t len = build_answer(answer, FORM_ICMP, &empty, DAMAGE);
    assert_int_equal(len, ECHO_HEADER_LEN);
    assert_int_equal(parse_icmp(answer, len, FORM_ICMP, ID).verdict, BAD_CHECKSUM);
}

static void truncates_to_half_of_the_data(void **state)
{
    (void)state;
    struct icmp_message m = answer_in(TRUNCATE);
    assert_int_equal(m.verdict, REPLY);
    assert_int_equal(m.data_len, sizeof data / 2);
}

static void a_stump_is_half_a_header(void **state)
{
    (void)state;
    assert_int_equal(build_answer(answer, FORM_ICMP, &request, STUMP), 4);
    assert_int_equal(answer_in(STUMP).verdict, TRUNCATED);
}

static void finds_each_mode_by_its_name(void **state)
{
    (void)state;
    for (enum mode mode = PROPER; mode < MODES; mode++)
        assert_int_equal(find_mode(mode_name(mode)), mode);
    assert_int_equal(find_mode("wrong-id"), WRONG_IDENTIFIER);
    assert_int_equal(find_mode("damaged"), MODES);
    assert_int_equal(find_mode(""), MODES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(returns_id_number_and_data),
        cmocka_unit_test(answers_icmpv6_with_its_own_type),
        cmocka_unit_test(a_wrong_identifier_has_a_right_checksum),
        cmocka_unit_test(damage_is_one_bit),
        cmocka_unit_test(damages_an_answer_without_data),
        cmocka_unit_test(truncates_to_half_of_the_data),
        cmocka_unit_test(a_stump_is_half_a_header),
        cmocka_unit_test(finds_each_mode_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
