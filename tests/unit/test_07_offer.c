/* test_07_offer.c - lab 07's offers: on the wire, and over a socketpair in pieces. */
// sources: labs/07-file-transfer/offer.c common/io.c
#include "../../labs/07-file-transfer/offer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct pair {
    int near, far;
};

static int open_pair(void **state)
{
    static struct pair pair;
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
        return -1;
    pair = (struct pair){fds[0], fds[1]};
    *state = &pair;
    return 0;
}

static int close_pair(void **state)
{
    struct pair *pair = *state;
    close(pair->near);
    close(pair->far);
    return 0;
}

static void a_short_offer_is_four_bytes_big_end_first(void **state)
{
    (void)state;
    unsigned char data[OFFER_LEN];
    struct offer offer = {.len = 0x01020304};
    assert_int_equal(encode_offer(&offer, data), 4);
    assert_memory_equal(data, "\1\2\3\4", 4);
    offer.len = 0;
    assert_int_equal(encode_offer(&offer, data), 4);
    assert_memory_equal(data, "\0\0\0\0", 4);
    offer.len = 0xfffffffe;
    assert_int_equal(encode_offer(&offer, data), 4);
    assert_memory_equal(data, "\xff\xff\xff\xfe", 4);
}

static void a_long_offer_has_eight_bytes_and_the_digest(void **state)
{
    (void)state;
    unsigned char data[OFFER_LEN];
    struct offer offer = {.len = UINT64_C(0x0102030405060708), .resumable = true};
    memset(offer.digest, 'd', DIGEST_LEN);
    assert_int_equal(encode_offer(&offer, data), 44);
    assert_memory_equal(data, "\xff\xff\xff\xff\1\2\3\4\5\6\7\x08", 12);
    assert_memory_equal(data + 12, offer.digest, DIGEST_LEN);
}

static void what_is_sent_is_received(void **state)
{
    struct pair *pair = *state;
    const uint64_t lengths[] = {0, 1, 255, 256, 0x80000000, 0xfffffffe, 0xffffffff, UINT64_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int resumable = 0; resumable < 2; resumable++) {
            struct offer sent = {.len = lengths[i], .resumable = resumable}, got;
            unsigned char data[OFFER_LEN];
            if (!resumable && sent.len >= LONG_OFFER)
                continue;
            memset(sent.digest, 'd' * resumable, DIGEST_LEN);
            size_t len = encode_offer(&sent, data);
            assert_int_equal(send(pair->near, data, len, 0), len);
            assert_int_equal(recv_offer(pair->far, true, &got), 0);
            assert_true(got.len == sent.len);
            assert_int_equal(got.resumable, resumable);
            assert_int_equal(got.came, len);
            assert_memory_equal(got.digest, sent.digest, DIGEST_LEN);
        }
}

static void without_c_the_mark_is_a_length(void **state)
{
    struct pair *pair = *state;
    struct offer got;
    assert_int_equal(send(pair->near, "\xff\xff\xff\xff", 4, 0), 4);
    assert_int_equal(recv_offer(pair->far, false, &got), 0);
    assert_true(got.len == 0xffffffff);
    assert_false(got.resumable);
}

static void the_end_of_the_stream_comes_anywhere(void **state)
{
    struct pair *pair = *state;
    unsigned char data[OFFER_LEN];
    struct offer sent = {.len = 5, .resumable = true}, got;
    encode_offer(&sent, data);
    for (size_t len = 0; len < OFFER_LEN; len++) {
        assert_int_equal(send(pair->near, data, len, 0), len);
        shutdown(pair->near, SHUT_WR);
        errno = 0;
        assert_int_equal(recv_offer(pair->far, true, &got), -1);
        assert_int_equal(errno, ENODATA);
        assert_int_equal(got.came, len);
        close_pair(state);
        assert_int_equal(open_pair(state), 0);
    }
    close(pair->far);
    pair->far = dup(pair->near);
}

static void what_came_before_a_silence_counts(void **state)
{
    struct pair *pair = *state;
    struct timeval brief = {.tv_usec = 1000};
    struct offer got;
    setsockopt(pair->far, SOL_SOCKET, SO_RCVTIMEO, &brief, sizeof brief);
    assert_int_equal(send(pair->near, "\0\0", 2, 0), 2);
    assert_int_equal(recv_offer(pair->far, true, &got), -1);
    assert_int_equal(errno, EAGAIN);
    assert_int_equal(got.came, 2);
}

static void an_error_is_no_end_of_the_stream(void **state)
{
    (void)state;
    struct offer got;
    assert_int_equal(recv_offer(-1, true, &got), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(got.came, 0);
}

static void the_answer_may_not_be_more_than_the_file(void **state)
{
    struct pair *pair = *state;
    uint64_t have = 7;
    assert_int_equal(send_answer(pair->near, 0x0102030405), 0);
    assert_int_equal(recv_answer(pair->far, 0x0102030405, &have), 0);
    assert_true(have == 0x0102030405);
    assert_int_equal(send_answer(pair->near, 6), 0);
    assert_int_equal(recv_answer(pair->far, 5, &have), -1);
    assert_int_equal(errno, EPROTO);
    assert_int_equal(send(pair->near, "1234567", 7, 0), 7);
    shutdown(pair->near, SHUT_WR);
    assert_int_equal(recv_answer(pair->far, 5, &have), -1);
    assert_int_equal(errno, ENODATA);
}

#define ON_A_PAIR(test) cmocka_unit_test_setup_teardown(test, open_pair, close_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_offer_is_four_bytes_big_end_first),
        cmocka_unit_test(a_long_offer_has_eight_bytes_and_the_digest),
        ON_A_PAIR(what_is_sent_is_received),
        ON_A_PAIR(without_c_the_mark_is_a_length),
        ON_A_PAIR(the_end_of_the_stream_comes_anywhere),
        ON_A_PAIR(what_came_before_a_silence_counts),
        cmocka_unit_test(an_error_is_no_end_of_the_stream),
        ON_A_PAIR(the_answer_may_not_be_more_than_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
