/* test_10_message.c - lab 10's DNS messages: what is a query, and what an answer is made of. */
// sources: labs/10-names-and-ports/message.c labs/10-names-and-ports/zone.c common/addr.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/10-names-and-ports/message.h"
#include "../../labs/10-names-and-ports/zone.h"

/* Id 0x1234, recursion desired, one question: www.lab, A, IN. */
static const uint8_t query[] = "\x12\x34\x01\0\0\x01\0\0\0\0\0\0\3www\3lab\0\0\1\0\1";
enum { QUERY = sizeof query - 1, HEADER = 12 };

static void a_query_is_read(void **state)
{
    (void)state;
    struct question q;
    assert_int_equal(parse_query(query, QUERY, &q), NO_ERROR);
    assert_int_equal(q.id, 0x1234);
    assert_int_equal(q.type, TYPE_A);
    assert_string_equal(q.name, "www.lab");
    assert_int_equal(q.end, QUERY);
}

static void what_is_cut_is_no_query(void **state)
{
    (void)state;
    struct question q;
    for (size_t len = 0; len < QUERY; len++)
        assert_int_equal(parse_query(query, len, &q), len < HEADER ? NO_ANSWER : FORMAT_ERROR);
}

static void an_answer_is_not_answered(void **state)
{
    (void)state;
    struct question q;
    uint8_t answer[QUERY];
    memcpy(answer, query, QUERY);
    answer[2] |= 0x80;
    assert_int_equal(parse_query(answer, QUERY, &q), NO_ANSWER);
}

static void another_opcode_class_or_count_is_told(void **state)
{
    (void)state;
    struct question q;
    uint8_t other[QUERY];
    memcpy(other, query, QUERY);
    other[2] |= 0x10; /* STATUS */
    assert_int_equal(parse_query(other, QUERY, &q), NOT_IMPLEMENTED);
    assert_int_equal(q.end, HEADER);
    memcpy(other, query, QUERY);
    other[QUERY - 1] = 3; /* CHAOS */
    assert_int_equal(parse_query(other, QUERY, &q), NOT_IMPLEMENTED);
    memcpy(other, query, QUERY);
    other[5] = 2;
    assert_int_equal(parse_query(other, QUERY, &q), FORMAT_ERROR);
}

static void a_label_is_63_bytes_at_most_and_printable(void **state)
{
    (void)state;
    struct question q;
    uint8_t long_one[HEADER + 1 + 64 + 5] = {0};
    memcpy(long_one, query, HEADER);
    memset(long_one + HEADER + 1, 'a', 64);
    long_one[HEADER] = 63;
    long_one[HEADER + 1 + 63] = 0;
    memcpy(long_one + HEADER + 2 + 63, "\0\1\0\1", 4);
    assert_int_equal(parse_query(long_one, HEADER + 1 + 63 + 5, &q), NO_ERROR);
    assert_int_equal(strlen(q.name), 63);
    long_one[HEADER] = 64;
    assert_int_equal(parse_query(long_one, sizeof long_one, &q), FORMAT_ERROR);
    long_one[HEADER] = 0xc0; /* a pointer */
    assert_int_equal(parse_query(long_one, sizeof long_one, &q), FORMAT_ERROR);
    const char bad[] = {'\0', '\n', ' ', '.', '\x7f', '\xe4'};
    for (size_t i = 0; i < sizeof bad; i++) {
        uint8_t other[QUERY];
        memcpy(other, query, QUERY);
        other[HEADER + 2] = (uint8_t)bad[i];
        assert_int_equal(parse_query(other, QUERY, &q), FORMAT_ERROR);
    }
}

static void a_name_is_253_bytes_at_most(void **state)
{
    (void)state;
    struct question q;
    uint8_t message[HEADER + 300] = {0};
    for (int last = 61; last <= 62;
         last++) { /* 3 x 64 bytes, and the last label: 253 or 254 in text */
        size_t at = HEADER;
        memcpy(message, query, HEADER);
        for (int label = 0; label < 4; label++) {
            size_t len = label < 3 ? 63 : (size_t)last;
            message[at++] = (uint8_t)len;
            memset(message + at, 'a', len);
            at += len;
        }
        static const uint8_t rest[] = {0, 0, 1, 0, 1}; /* the root; type A; class IN */
        memcpy(message + at, rest, sizeof rest);
        assert_int_equal(parse_query(message, at + 5, &q), last == 61 ? NO_ERROR : FORMAT_ERROR);
    }
}

static void an_answer_repeats_the_question_and_points_to_its_name(void **state)
{
    (void)state;
    struct question q;
    uint8_t answer[MESSAGE_MAX];
    parse_query(query, QUERY, &q);
    size_t len = begin_answer(query, &q, NO_ERROR, answer);
    assert_int_equal(len, QUERY);
    assert_memory_equal(answer, "\x12\x34\x85\0\0\1\0\0\0\0\0\0", HEADER);
    assert_memory_equal(answer + HEADER, query + HEADER, QUERY - HEADER);
    len = add_record(answer, len, TYPE_A, "192.0.2.7");
    assert_int_equal(len, QUERY + 16);
    assert_memory_equal(answer + QUERY, "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\7", 16);
    assert_int_equal(answer[7], 1);
    len = add_record(answer, len, TYPE_AAAA, "::1");
    assert_int_equal(len, QUERY + 16 + 28);
    assert_int_equal(answer[7], 2);
    len = add_record(answer, len, TYPE_PTR, "www.lab");
    assert_memory_equal(answer + len - 11, "\0\x09\3www\3lab\0", 11);
}

static void what_is_no_value_is_not_added(void **state)
{
    (void)state;
    uint8_t answer[MESSAGE_MAX] = {0};
    assert_int_equal(add_record(answer, 20, TYPE_A, "::1"), 20);
    assert_int_equal(add_record(answer, 20, TYPE_AAAA, "127.0.0.1"), 20);
    assert_int_equal(add_record(answer, 20, TYPE_PTR, "a..b"), 20);
    assert_int_equal(add_record(answer, 20, 99, "127.0.0.1"), 20);
    assert_int_equal(answer[7], 0);
}

static void a_message_has_512_bytes_at_most(void **state)
{
    (void)state;
    uint8_t answer[MESSAGE_MAX] = {0};
    assert_int_equal(add_record(answer, MESSAGE_MAX - 16, TYPE_A, "127.0.0.1"), MESSAGE_MAX);
    assert_int_equal(add_record(answer, MESSAGE_MAX - 15, TYPE_A, "127.0.0.1"), MESSAGE_MAX - 15);
}

static void types_have_names(void **state)
{
    (void)state;
    assert_string_equal(type_name(TYPE_AAAA), "AAAA");
    assert_string_equal(type_name(15), "another type");
    assert_int_equal(type_number("PTR"), TYPE_PTR);
    assert_int_equal(type_number("MX"), 0);
}

/* Reads this text as a file of names. */
static int read_text(const char *text, struct zone *zone)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fseek(file, 0, SEEK_SET), 0);
    int wrong = read_zone(file, zone);
    fclose(file);
    return wrong;
}

static void a_file_of_names_is_read_and_its_wrong_line_is_named(void **state)
{
    (void)state;
    static struct zone zone;
    assert_int_equal(
        read_text("# none\n\n a.lab\tA 127.0.0.1 # one\na.lab AAAA - \nb.lab A 127.0.0.2 600\n",
                  &zone),
        0);
    assert_int_equal(zone.count, 3);
    assert_int_equal(zone.records[2].wait_ms, 600);
    const char *const wrong[] = {"a.lab A",
                                 "a.lab MX 1",
                                 "a.lab A ::1",
                                 "a.lab A 127.0.0.1 -1",
                                 "a.lab A 127.0.0.1 60001",
                                 "a.lab A 127.0.0.1 1 2"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_text(wrong[i], &zone), 1);
}

/* Asks for www.lab, of this type. Returns the length of the answer. */
static size_t ask(const struct zone *zone, uint8_t type, uint8_t *answer, int *wait_ms, char *said)
{
    struct question q;
    uint8_t other[QUERY];
    memcpy(other, query, QUERY);
    other[QUERY - 3] = type;
    assert_int_equal(parse_query(other, QUERY, &q), NO_ERROR);
    return answer_from(zone, other, &q, answer, wait_ms, said);
}

static void the_answer_is_what_the_file_says(void **state)
{
    (void)state;
    static struct zone zone;
    uint8_t answer[MESSAGE_MAX];
    char said[MESSAGE_MAX];
    int wait_ms = -1;
    read_text("WWW.lab A 127.0.0.1\nwww.lab A 127.0.0.2 70\nx.lab AAAA ::1\n", &zone);
    assert_int_equal(ask(&zone, TYPE_A, answer, &wait_ms, said), QUERY + 32);
    assert_string_equal(said, "127.0.0.1 127.0.0.2");
    assert_int_equal(wait_ms, 70);
    assert_int_equal(ask(&zone, TYPE_AAAA, answer, &wait_ms, said), QUERY);
    assert_string_equal(said, "a name without AAAA");
    assert_int_equal(answer[3] & 15, NO_ERROR);
    assert_int_equal(wait_ms, 0);
    read_text("x.lab A 127.0.0.1\n", &zone);
    assert_int_equal(ask(&zone, TYPE_A, answer, &wait_ms, said), QUERY);
    assert_string_equal(said, "no such name");
    assert_int_equal(answer[3] & 15, NO_SUCH_NAME);
    read_text("www.lab A -\n", &zone);
    assert_int_equal(ask(&zone, TYPE_A, answer, &wait_ms, said), 0);
    assert_string_equal(said, "nothing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_is_read),
        cmocka_unit_test(what_is_cut_is_no_query),
        cmocka_unit_test(an_answer_is_not_answered),
        cmocka_unit_test(another_opcode_class_or_count_is_told),
        cmocka_unit_test(a_label_is_63_bytes_at_most_and_printable),
        cmocka_unit_test(a_name_is_253_bytes_at_most),
        cmocka_unit_test(an_answer_repeats_the_question_and_points_to_its_name),
        cmocka_unit_test(what_is_no_value_is_not_added),
        cmocka_unit_test(a_message_has_512_bytes_at_most),
        cmocka_unit_test(types_have_names),
        cmocka_unit_test(a_file_of_names_is_read_and_its_wrong_line_is_named),
        cmocka_unit_test(the_answer_is_what_the_file_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
