/* test_14_flow.c - lab 14's flow over two socket
 * pairs: bytes, their end, and what is never read. */
// sources: labs/14-proxy/flow.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/14-proxy/flow.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* left[0] writes, the flow goes from left[1] to right[0], right[1] reads. */
struct ends {
    int left[2], right[2];
    struct flow flow;
};

static struct ends open_ends(bool by_splice)
{
    struct ends e;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, e.left), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, e.right), 0);
    assert_int_equal(open_flow(&e.flow, by_splice), 0);
    return e;
}

static void close_ends(struct ends *e)
{
    for (int i = 0; i < 2; i++) {
        close(e->left[i]);
        close(e->right[i]);
    }
    close_flow(&e->flow);
}

static void bytes_and_then_the_end(void **state)
{
    char data[32];
    (void)state;
    for (int by_splice = 0; by_splice < 2; by_splice++) {
        struct ends e = open_ends(by_splice);
        assert_int_equal(put_first(&e.flow, "first ", 6), 0);
        assert_true(has_rest(&e.flow));
        assert_int_equal(send(e.left[0], "second", 6, 0), 6);
        assert_int_equal(shutdown(e.left[0], SHUT_WR), 0);
        for (int i = 0; i < 4; i++)
            assert_int_equal(move(&e.flow, e.left[1], e.right[0]), 0);
        assert_true(e.flow.passed);
        assert_int_equal(e.flow.total, 12);
        assert_int_equal(recv(e.right[1], data, sizeof data, 0), 12);
        assert_memory_equal(data, "first second", 12);
        assert_int_equal(recv(e.right[1], data, sizeof data, MSG_DONTWAIT), 0);
        /* The other direction is as it was. */
        assert_int_equal(send(e.right[1], "back", 4, 0), 4);
        assert_int_equal(recv(e.right[0], data, sizeof data, 0), 4);
        close_ends(&e);
    }
}

static void it_does_not_read_while_it_has_something(void **state)
{
    static char block[FLOW_ROOM];
    (void)state;
    for (int by_splice = 0; by_splice < 2; by_splice++) {
        struct ends e = open_ends(by_splice);
        size_t taken = 0;
        for (int i = 0; i < 1000; i++) {
            ssize_t n = send(e.left[0], block, sizeof block, MSG_DONTWAIT);
            taken += n > 0 ? (size_t)n : 0;
            assert_int_equal(move(&e.flow, e.left[1], e.right[0]), 0);
            assert_true(e.flow.to - e.flow.from <= FLOW_ROOM);
        }
        assert_true(has_rest(&e.flow));
        assert_false(may_read(&e.flow));
        assert_true(taken < 4000000);
        shutdown(e.left[0], SHUT_WR);
        size_t came = 0;
        for (ssize_t n; (n = recv(e.right[1], block, sizeof block, MSG_DONTWAIT)) != 0;) {
            came += n > 0 ? (size_t)n : 0;
            assert_int_equal(move(&e.flow, e.left[1], e.right[0]), 0);
        }
        assert_int_equal(came, taken);
        close_ends(&e);
    }
}

static void an_end_that_is_gone(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    for (int by_splice = 0; by_splice < 2; by_splice++) {
        struct ends e = open_ends(by_splice);
        close(e.right[1]);
        assert_int_equal(send(e.left[0], "x", 1, 0), 1);
        assert_int_equal(move(&e.flow, e.left[1], e.right[0]), -1);
        assert_int_equal(errno, EPIPE);
        close_ends(&e);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_then_the_end),
        cmocka_unit_test(it_does_not_read_while_it_has_something),
        cmocka_unit_test(an_end_that_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
