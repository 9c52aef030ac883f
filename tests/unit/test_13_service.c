/* test_13_service.c - lab 13's four ways: what each
 * answers, to a request that comes again and to strangers. */
// sources: labs/13-stateless-stateful/service.c labs/13-stateless-stateful/cookie.c labs/13-stateless-stateful/piece.c labs/13-stateless-stateful/message.c common/diag.c common/addr.c common/io.c
// libraries: -lcrypto
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/13-stateless-stateful/service.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static struct service service;
static struct message answer;

static void begin(enum way way)
{
    service = (struct service){.way = way};
    memset(service.key, 7, sizeof service.key);
}

/* A client, 1 to 99, asks; the answer must have the request's id. */
static void ask(int client, unsigned char type, uint16_t id, const void *body, size_t len)
{
    struct endpoint from;
    struct message request = {.type = type, .id = id, .len = len};
    memcpy(request.body, body, len);
    assert_int_equal(resolve("127.0.0.1", (uint16_t)(40000 + client), &from), 0);
    serve_request(&service, &from, &request, &answer);
    assert_int_equal(answer.id, id);
}

static void expect(unsigned char type, const void *body, size_t len)
{
    assert_int_equal(answer.type, type);
    assert_int_equal(answer.len, len);
    assert_memory_equal(answer.body, body, len);
}

static void expect_text(unsigned char type, const char *text)
{
    expect(type, text, strlen(text));
}

static int make_files(void **state)
{
    char folder[] = "/tmp/service.XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    FILE *file = fopen("f", "w");
    assert_non_null(file);
    fputs("aa bb cc d", file);
    *state = strdup(folder);
    return fclose(file);
}

static int remove_files(void **state)
{
    unlink("f");
    unlink("key");
    int result = rmdir(*state);
    free(*state);
    return result;
}

static void stateful_moves_with_each_request(void **state)
{
    (void)state;
    begin(STATEFUL);
    ask(1, 'N', 1, "", 0);
    expect_text('E', "I do not know you");
    ask(1, 'O', 2, "f", 1);
    expect_text('O', "");
    ask(1, 'N', 3, "", 0);
    expect_text('N', "aa ");
    ask(1, 'N', 3, "", 0);
    expect_text('N', "bb ");
    ask(2, 'N', 3, "", 0);
    expect_text('E', "I do not know you");
    ask(1, 'N', 4, "", 0);
    ask(1, 'N', 5, "", 0);
    expect_text('N', "d");
    ask(1, 'N', 6, "", 0);
    expect_text('N', "");
    ask(1, 'O', 7, "f", 1);
    ask(1, 'N', 8, "", 0);
    expect_text('N', "aa ");
    assert_int_equal(count_memories(&service), 1);
    assert_int_equal(service.requests, 10);
    ask(1, 'R', 9, "\0\0\0\0f", 5);
    expect_text('E', "I do not understand");
}

static void by_host_two_clients_are_one(void **state)
{
    (void)state;
    begin(STATEFUL);
    service.by_host = true;
    ask(1, 'O', 1, "f", 1);
    ask(2, 'N', 1, "", 0);
    expect_text('N', "aa ");
    ask(1, 'N', 2, "", 0);
    expect_text('N', "bb ");
}

static void a_cached_answer_is_given_again(void **state)
{
    (void)state;
    begin(CACHED);
    ask(1, 'O', 3, "f", 1);
    ask(1, 'N', 3, "", 0); /* the id of the answer to O, which is no piece */
    expect_text('N', "aa ");
    ask(1, 'N', 3, "", 0);
    expect_text('N', "aa ");
    ask(1, 'N', 4, "", 0);
    expect_text('N', "bb ");
    ask(1, 'N', 4, "", 0);
    expect_text('N', "bb ");
    ask(1, 'N', 3, "", 0); /* it remembers one */
    expect_text('N', "cc ");
    assert_int_equal(service.pieces, 3);
}

static void memory_is_finite(void **state)
{
    (void)state;
    begin(CACHED);
    for (int client = 1; client <= MEMORIES; client++) {
        ask(client, 'O', 1, "f", 1);
        expect_text('O', "");
    }
    ask(MEMORIES + 1, 'O', 1, "f", 1);
    expect_text('E', "my memory is full");
    ask(MEMORIES, 'O', 1, "f", 1);
    expect_text('O', "");
    assert_int_equal(count_memories(&service), MEMORIES);
}

static void stateless_is_told_all(void **state)
{
    (void)state;
    begin(STATELESS);
    for (int again = 0; again < 2; again++) {
        ask(1, 'R', 1, "\0\0\0\3f", 5);
        expect_text('R', "bb ");
    }
    ask(2, 'R', 2, "\0\0\0\11f", 5);
    expect_text('R', "d");
    ask(2, 'R', 3, "\0\0\0\12f", 5);
    expect_text('R', "");
    ask(2, 'R', 4, "\377\377\377\377f", 5);
    expect_text('R', "");
    ask(1, 'R', 5, "\0\0\0\0", 4);
    expect_text('E', "I do not understand");
    ask(1, 'R', 6, "\0\0\0\0g", 5);
    expect_text('E', "no such file");
    ask(1, 'O', 7, "f", 1);
    expect_text('E', "I do not understand");
    assert_int_equal(count_memories(&service), 0);
}

static void a_cookie_is_good_again_and_for_anybody_and_after_a_restart(void **state)
{
    (void)state;
    enum { LEN = 1 + COOKIE_REST };
    unsigned char first[LEN], second[LEN];
    begin(COOKIE);
    ask(1, 'O', 1, "f", 1);
    assert_int_equal(answer.len, LEN);
    memcpy(first, answer.body, LEN);
    for (int client = 1; client <= 2; client++) {
        begin(COOKIE);
        ask(client, 'N', 2, first, LEN);
        assert_int_equal(answer.len, LEN + 3);
        assert_memory_equal(answer.body + LEN, "aa ", 3);
    }
    memcpy(second, answer.body, LEN);
    ask(1, 'N', 3, second, LEN);
    assert_memory_equal(answer.body + LEN, "bb ", 3);
    assert_int_equal(count_memories(&service), 0);
    service.key[31] ^= 1;
    ask(1, 'N', 3, second, LEN);
    expect_text('E', "this is no cookie of mine");
}

static void no_bit_of_a_cookie_can_be_changed(void **state)
{
    (void)state;
    enum { LEN = 1 + COOKIE_REST };
    unsigned char key[KEY_LEN] = "secret", cookie[LEN + 1] = {0};
    uint32_t place = 99;
    seal_cookie(key, 0x01020304, (const unsigned char *)"f", 1, cookie);
    assert_true(open_cookie(key, cookie, LEN, &place));
    assert_int_equal(place, 0x01020304);
    for (int bit = 0; bit < LEN * 8; bit++) {
        cookie[bit / 8] ^= (unsigned char)(1 << bit % 8);
        assert_false(open_cookie(key, cookie, LEN, &place));
        cookie[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_true(open_cookie(key, cookie, LEN, &place));
    for (size_t len = 0; len <= LEN + 1; len++)
        assert_int_equal(open_cookie(key, cookie, len, &place), len == LEN);
}

static void the_seal_is_that_of_the_rfc(void **state)
{
    (void)state;
    /* The same as: printf '\0\0\0\0f' | openssl dgst
     * -sha256 -mac HMAC -macopt hexkey:00 (32 of them) */
    unsigned char key[KEY_LEN] = {0}, cookie[1 + COOKIE_REST];
    seal_cookie(key, 0, (const unsigned char *)"f", 1, cookie);
    assert_memory_equal(cookie, "\0\0\0\0f", 5);
    assert_memory_equal(
        cookie + 5, "\xf3\x38\x75\xa7\x9a\xf0\x8d\x6a\x49\x8d\xa9\xe3\x6a\x17\x0f\xa7", SEAL_LEN);
}

static void a_key_is_made_once_and_only_for_its_owner(void **state)
{
    (void)state;
    unsigned char first[KEY_LEN] = {0}, second[KEY_LEN] = {0};
    struct stat st;
    assert_int_equal(get_key("key", first), 0);
    assert_int_equal(get_key("key", second), 0);
    assert_memory_equal(first, second, KEY_LEN);
    assert_int_equal(stat("key", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(get_key(NULL, second), 0);
    assert_memory_not_equal(first, second, KEY_LEN);
    assert_int_equal(truncate("key", KEY_LEN - 1), 0);
    errno = 0;
    assert_int_equal(get_key("key", second), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(get_key("none/key", second), -1);
}

static void a_message_is_packed_and_unpacked(void **state)
{
    (void)state;
    struct message message = {.type = 'N', .id = 0x0102, .len = 2, .body = "xy"}, read = {.id = 9};
    unsigned char data[MESSAGE_MAX + 1] = {0};
    assert_int_equal(pack_message(&message, data), 5);
    assert_memory_equal(data, "N\1\2xy", 5);
    assert_false(unpack_message(data, 0, &read));
    assert_false(unpack_message(data, 2, &read));
    assert_false(unpack_message(data, MESSAGE_MAX + 1, &read));
    assert_int_equal(read.id, 9);
    assert_true(unpack_message(data, 5, &read));
    assert_int_equal(read.id, 0x0102);
    assert_int_equal(read.len, 2);
    assert_true(unpack_message(data, 3, &read));
    assert_int_equal(read.len, 0);
    assert_true(unpack_message(data, MESSAGE_MAX, &read));
    assert_int_equal(read.len, BODY_MAX);
    put_number(data, 0x81020384);
    assert_memory_equal(data, "\x81\2\3\x84", 4);
    assert_int_equal(get_number(data), 0x81020384);
}

static void ways_have_names(void **state)
{
    (void)state;
    assert_int_equal(find_way("stateful"), STATEFUL);
    assert_int_equal(find_way("cached"), CACHED);
    assert_int_equal(find_way("stateless"), STATELESS);
    assert_int_equal(find_way("cookie"), COOKIE);
    assert_int_equal(find_way(""), WAYS);
    assert_int_equal(find_way("cookies"), WAYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stateful_moves_with_each_request),
        cmocka_unit_test(by_host_two_clients_are_one),
        cmocka_unit_test(a_cached_answer_is_given_again),
        cmocka_unit_test(memory_is_finite),
        cmocka_unit_test(stateless_is_told_all),
        cmocka_unit_test(a_cookie_is_good_again_and_for_anybody_and_after_a_restart),
        cmocka_unit_test(no_bit_of_a_cookie_can_be_changed),
        cmocka_unit_test(the_seal_is_that_of_the_rfc),
        cmocka_unit_test(a_key_is_made_once_and_only_for_its_owner),
        cmocka_unit_test(a_message_is_packed_and_unpacked),
        cmocka_unit_test(ways_have_names),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
