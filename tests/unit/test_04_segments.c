/* test_04_segments.c - lab 04's knowledge of its segments, over TCP connections on the loopback. */
// sources: labs/04-message-delimiters/segments.c common/net.c common/addr.c common/diag.c common/io.c
#include "io.h"
#include "net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "../../labs/04-message-delimiters/segments.h"

struct pair {
    int near, far;
};

static int open_pair(void **state)
{
    static struct pair pair;
    struct endpoint where = resolve_or_die("127.0.0.1", 0);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1 || getsockname(listen_fd, (struct sockaddr *)&where.addr, &where.len) == -1)
        return -1;
    pair.near = tcp_connect(&where);
    pair.far = accept_client(listen_fd, NULL);
    close(listen_fd);
    *state = &pair;
    return pair.near == -1 || pair.far == -1 ? -1 : 0;
}

static int close_pair(void **state)
{
    struct pair *pair = *state;
    close(pair->near);
    close(pair->far);
    return 0;
}

static void turn_off_nagle_sets_the_option(void **state)
{
    struct pair *pair = *state;
    int off = 0;
    socklen_t size = sizeof off;
    assert_int_equal(turn_off_nagle(pair->near), 0);
    assert_int_equal(getsockopt(pair->near, IPPROTO_TCP, TCP_NODELAY, &off, &size), 0);
    assert_true(off);
    assert_int_equal(turn_off_nagle(-1), -1);
    assert_int_equal(errno, EBADF);
}

static void what_no_process_has_read_is_acknowledged_too(void **state)
{
    struct pair *pair = *state;
    assert_int_equal(wait_until_acknowledged(pair->near), 0);
    assert_int_equal(send_all(pair->near, "hello", 5), 0);
    assert_int_equal(wait_until_acknowledged(pair->near), 0);
    char data[8];
    assert_int_equal(recv(pair->far, data, sizeof data, MSG_DONTWAIT), 5);
}

/* More than the receiver's kernel takes waits in ours, until a reset throws it away. */
static void a_lost_connection_is_an_error(void **state)
{
    struct pair *pair = *state;
    static char data[1 << 16];
    while (send(pair->near, data, sizeof data, MSG_DONTWAIT) > 0)
        ;
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    assert_int_equal(setsockopt(pair->far, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    close(pair->far);
    assert_int_equal(wait_until_acknowledged(pair->near), -1);
    assert_int_equal(errno, ECONNRESET);
    pair->far = dup(pair->near); /* for close_pair */
}

#define ON_A_PAIR(test) cmocka_unit_test_setup_teardown(test, open_pair, close_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_PAIR(turn_off_nagle_sets_the_option),
        ON_A_PAIR(what_no_process_has_read_is_acknowledged_too),
        ON_A_PAIR(a_lost_connection_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
