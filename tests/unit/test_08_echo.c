/* test_08_echo.c - lab 08's echo over a socketpair:
 * what is sent, what is kept, and what to wait for. */
// sources: labs/08-concurrent-servers/echo.c common/io.c
#include "../../labs/08-concurrent-servers/echo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
    int near, far; /* the server has `far` */
    struct rest rest;
};

static int open_pair(void **state)
{
    static struct pair pair;
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
        return -1;
    pair = (struct pair){fds[0], fds[1], {.data = NULL}};
    *state = &pair;
    return 0;
}

static int close_pair(void **state)
{
    struct pair *pair = *state;
    if (pair->near != -1)
        close(pair->near);
    close(pair->far);
    free(pair->rest.data);
    return 0;
}

static void say_to(const struct pair *pair, const char *text)
{
    assert_int_equal(send(pair->near, text, strlen(text), 0), (ssize_t)strlen(text));
}

static void assert_comes(const struct pair *pair, const char *text)
{
    char data[100];
    ssize_t n = recv(pair->near, data, sizeof data, MSG_DONTWAIT);
    assert_int_equal(n, (ssize_t)strlen(text));
    assert_memory_equal(data, text, strlen(text));
}

static void what_comes_goes_back(void **state)
{
    struct pair *pair = *state;
    say_to(pair, "hello");
    assert_int_equal(serve_some(pair->far, &pair->rest, false), POLLIN);
    assert_comes(pair, "hello");
    say_to(pair, "again");
    assert_int_equal(serve_some(pair->far, &pair->rest, true), POLLIN);
    assert_comes(pair, "again");
    assert_null(pair->rest.data);
}

static void nothing_there_is_no_reason_to_wait(void **state)
{
    struct pair *pair = *state;
    assert_int_equal(serve_some(pair->far, &pair->rest, false), POLLIN);
    assert_int_equal(recv(pair->near, (char[1]){0}, 1, MSG_DONTWAIT), -1);
}

static void the_end_of_the_stream_is_the_end(void **state)
{
    struct pair *pair = *state;
    shutdown(pair->near, SHUT_WR);
    assert_int_equal(serve_some(pair->far, &pair->rest, false), 0);
}

static void one_that_has_gone_ends_without_sigpipe(void **state)
{
    struct pair *pair = *state;
    say_to(pair, "hello");
    close(pair->near);
    pair->near = -1;
    assert_int_equal(serve_some(pair->far, &pair->rest, false), 0);
}

/* Fills the way back, so that nobody takes the answer. Returns how many bytes that took. */
static size_t fill(const struct pair *pair)
{
    static const char block[1000];
    size_t sum = 0;
    ssize_t n;
    while ((n = send(pair->far, block, sizeof block, MSG_DONTWAIT)) > 0)
        sum += (size_t)n;
    return sum;
}

static void drain(const struct pair *pair, size_t len)
{
    char data[1000];
    for (ssize_t n; len > 0; len -= (size_t)n) {
        n = recv(pair->near, data, len < sizeof data ? len : sizeof data, MSG_DONTWAIT);
        assert_true(n > 0);
    }
}

static void what_is_not_taken_is_kept_and_sent_first(void **state)
{
    struct pair *pair = *state;
    size_t filled = fill(pair);
    say_to(pair, "first");
    assert_int_equal(serve_some(pair->far, &pair->rest, false), POLLOUT);
    assert_int_equal(pair->rest.to, 5);
    say_to(pair, "second"); /* not read before the first is gone */
    assert_int_equal(serve_some(pair->far, &pair->rest, false), POLLOUT);
    drain(pair, filled);
    assert_int_equal(serve_some(pair->far, &pair->rest, false), POLLIN);
    assert_null(pair->rest.data);
    assert_comes(pair, "first");
    assert_int_equal(serve_some(pair->far, &pair->rest, false), POLLIN);
    assert_comes(pair, "second");
}

static void one_that_goes_with_a_rest_leaves_no_memory(void **state)
{
    struct pair *pair = *state;
    fill(pair);
    say_to(pair, "hello");
    assert_int_equal(serve_some(pair->far, &pair->rest, false), POLLOUT);
    close(pair->near);
    pair->near = -1;
    assert_int_equal(serve_some(pair->far, &pair->rest, false), 0);
    assert_null(pair->rest.data);
    assert_int_equal(pair->rest.to, 0);
}

static void one_client_is_served_to_its_end(void **state)
{
    struct pair *pair = *state;
    say_to(pair, "all of it");
    shutdown(pair->near, SHUT_WR);
    serve_client(pair->far);
    assert_comes(pair, "all of it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_comes_goes_back, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(nothing_there_is_no_reason_to_wait, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(the_end_of_the_stream_is_the_end, open_pair, close_pair),
        cmocka_unit_test_setup_teardown(one_that_has_gone_ends_without_sigpipe, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(what_is_not_taken_is_kept_and_sent_first, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(one_that_goes_with_a_rest_leaves_no_memory, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(one_client_is_served_to_its_end, open_pair, close_pair),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
