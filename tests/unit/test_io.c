/* test_io.c - common/io: all the bytes, over socketpairs, with short counts and interruptions.
 *
 * The functions below named send, recv and write stand in front of libc's. `scripted` faults are
 * taken one a call: a negative number is an errno to fail with, another the most bytes to take. */
// sources: common/io.c
#include "io.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

enum { END = 1 << 30 }; /* of a script: from here on, as the kernel likes */

static const int no_faults[] = {END}, *script = no_faults;
static int calls;

/* The most bytes that this call may move; or -1 with errno set, where it is to fail. */
static long next_fault(size_t len)
{
    calls++;
    int fault = *script;
    if (fault == END)
        return (long)len;
    script++;
    if (fault < 0) {
        errno = -fault;
        return -1;
    }
    return fault < (long)len ? fault : (long)len;
}

ssize_t send(int fd, const void *data, size_t len, int flags)
{
    long most = next_fault(len);
    return most < 0 ? -1 : sendto(fd, data, (size_t)most, flags, NULL, 0);
}

ssize_t recv(int fd, void *data, size_t len, int flags)
{
    long most = next_fault(len);
    return most < 0 ? -1 : recvfrom(fd, data, (size_t)most, flags, NULL, NULL);
}

ssize_t write(int fd, const void *data, size_t len)
{
    long most = next_fault(len);
    return most < 0 ? -1 : syscall(SYS_write, fd, data, (size_t)most);
}

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
    script = no_faults;
    calls = 0;
    stop = 0;
    return 0;
}

static int close_pair(void **state)
{
    struct pair *pair = *state;
    script = no_faults;
    close(pair->near);
    close(pair->far);
    return 0;
}

/* ---- what is sent arrives ---- */

static void send_all_goes_on_after_short_counts_and_interruptions(void **state)
{
    struct pair *pair = *state;
    char got[12] = "";
    script = (const int[]){1, -EINTR, 3, -EINTR, -EINTR, 2, END};
    assert_int_equal(send_all(pair->near, "hello world", 11), 0);
    assert_int_equal(calls, 7);
    script = no_faults;
    assert_int_equal(recv_exact(pair->far, got, 11), 11);
    assert_string_equal(got, "hello world");
}

static void send_all_of_nothing_makes_no_call(void **state)
{
    struct pair *pair = *state;
    assert_int_equal(send_all(pair->near, "", 0), 0);
    assert_int_equal(calls, 0);
}

enum { BIG = 1 << 20 };

static void *read_slowly(void *arg)
{
    static unsigned char got[BIG];
    int fd = *(int *)arg;
    for (size_t have = 0; have < BIG;) {
        size_t want = BIG - have < 777 ? BIG - have : 777;
        ssize_t n = read(fd, got + have, want);
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    return got;
}

static void send_all_passes_a_tiny_buffer(void **state)
{
    struct pair *pair = *state;
    static unsigned char data[BIG];
    for (size_t i = 0; i < BIG; i++)
        data[i] = (unsigned char)(i * 31 >> 3);
    assert_int_equal(setsockopt(pair->near, SOL_SOCKET, SO_SNDBUF, &(int){1}, sizeof(int)), 0);
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, read_slowly, &pair->far), 0);
    assert_int_equal(send_all(pair->near, data, BIG), 0);
    void *got;
    assert_int_equal(pthread_join(reader, &got), 0);
    assert_memory_equal(got, data, BIG);
}

static void send_all_to_a_peer_that_is_gone_fails_without_a_signal(void **state)
{
    struct pair *pair = *state;
    shutdown(pair->far, SHUT_RD);
    errno = 0;
    assert_int_equal(send_all(pair->near, "x", 1), -1); /* SIGPIPE would end this program */
    assert_int_equal(errno, EPIPE);
}

static void send_all_gives_up_when_the_time_limit_of_the_socket_is_over(void **state)
{
    struct pair *pair = *state;
    static char data[BIG];
    struct timeval limit = {.tv_usec = 20000};
    assert_int_equal(setsockopt(pair->near, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(send_all(pair->near, data, BIG), -1);
    assert_int_equal(errno, EAGAIN);
}

static void write_all_goes_on_too(void **state)
{
    struct pair *pair = *state;
    char got[6] = "";
    script = (const int[]){2, -EINTR, 1, END};
    assert_int_equal(write_all(pair->near, "abcde", 5), 0);
    assert_int_equal(calls, 4);
    script = no_faults;
    assert_int_equal(recv_exact(pair->far, got, 5), 5);
    assert_string_equal(got, "abcde");
}

static void write_all_keeps_errno(void **state)
{
    struct pair *pair = *state;
    script = (const int[]){1, -ENOSPC, END};
    assert_int_equal(write_all(pair->near, "abc", 3), -1);
    assert_int_equal(errno, ENOSPC);
}

/* ---- what is received ---- */

static void recv_some_tells_data_end_and_error_apart(void **state)
{
    struct pair *pair = *state;
    char data[8];
    assert_int_equal(send_all(pair->far, "abc", 3), 0);
    assert_int_equal(recv_some(pair->near, data, sizeof data), 3);
    assert_memory_equal(data, "abc", 3);
    shutdown(pair->far, SHUT_WR);
    assert_int_equal(recv_some(pair->near, data, sizeof data), 0);
    assert_int_equal(recv_some(pair->near, data, sizeof data), 0); /* and so it stays */
    script = (const int[]){-ECONNRESET, END};
    assert_int_equal(recv_some(pair->near, data, sizeof data), -1);
    assert_int_equal(errno, ECONNRESET);
}

static void recv_exact_puts_pieces_together(void **state)
{
    struct pair *pair = *state;
    char data[7] = "";
    assert_int_equal(send_all(pair->far, "abcdefgh", 8), 0);
    script = (const int[]){1, -EINTR, 2, -EINTR, 1, END};
    assert_int_equal(recv_exact(pair->near, data, 6), 6);
    assert_string_equal(data, "abcdef"); /* and "gh" is still there */
    script = no_faults;
    assert_int_equal(recv_some(pair->near, data, sizeof data), 2);
}

static void recv_exact_ends_where_the_stream_ends(void **state)
{
    struct pair *pair = *state;
    char data[8];
    assert_int_equal(send_all(pair->far, "abc", 3), 0);
    shutdown(pair->far, SHUT_WR);
    assert_int_equal(recv_exact(pair->near, data, sizeof data), 3);
    assert_int_equal(recv_exact(pair->near, data, sizeof data), 0);
}

static void recv_exact_reports_an_error_in_the_middle(void **state)
{
    struct pair *pair = *state;
    char data[8];
    assert_int_equal(send_all(pair->far, "abc", 3), 0);
    script = (const int[]){2, -ECONNRESET, END};
    assert_int_equal(recv_exact(pair->near, data, 3), -1);
    assert_int_equal(errno, ECONNRESET);
}

/* ---- being asked to stop ---- */

static void once_stop_is_set_an_interruption_is_final(void **state)
{
    struct pair *pair = *state;
    char data[4];
    stop = 1;
    script = (const int[]){-EINTR, END};
    assert_int_equal(send_all(pair->near, "x", 1), -1);
    assert_int_equal(errno, EINTR);
    script = (const int[]){-EINTR, END};
    assert_int_equal(recv_some(pair->near, data, 1), -1);
    assert_int_equal(errno, EINTR);
    script = (const int[]){-EINTR, END};
    assert_int_equal(write_all(pair->near, "x", 1), -1);
    assert_int_equal(errno, EINTR);
}

static void a_signal_before_the_call_ends_it_nevertheless(void **state)
{
    struct pair *pair = *state;
    char data[4];
    assert_int_equal(stop_on_signals(), 0);
    raise(SIGTERM);
    assert_int_equal(stop, 1);
    /* Nothing will come, and no signal is on its way but the one that repeats itself. */
    assert_int_equal(recv_some(pair->near, data, 1), -1);
    assert_int_equal(errno, EINTR);
    alarm(0);
}

static void both_signals_ask_to_stop(void **state)
{
    (void)state;
    const int signals[] = {SIGINT, SIGTERM};
    assert_int_equal(stop_on_signals(), 0);
    for (size_t i = 0; i < 2; i++) {
        stop = 0;
        raise(signals[i]);
        assert_int_equal(stop, 1);
        alarm(0);
    }
}

#define ON_A_PAIR(test) cmocka_unit_test_setup_teardown(test, open_pair, close_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_PAIR(send_all_goes_on_after_short_counts_and_interruptions),
        ON_A_PAIR(send_all_of_nothing_makes_no_call),
        ON_A_PAIR(send_all_passes_a_tiny_buffer),
        ON_A_PAIR(send_all_to_a_peer_that_is_gone_fails_without_a_signal),
        ON_A_PAIR(send_all_gives_up_when_the_time_limit_of_the_socket_is_over),
        ON_A_PAIR(write_all_goes_on_too),
        ON_A_PAIR(write_all_keeps_errno),
        ON_A_PAIR(recv_some_tells_data_end_and_error_apart),
        ON_A_PAIR(recv_exact_puts_pieces_together),
        ON_A_PAIR(recv_exact_ends_where_the_stream_ends),
        ON_A_PAIR(recv_exact_reports_an_error_in_the_middle),
        ON_A_PAIR(once_stop_is_set_an_interruption_is_final),
        ON_A_PAIR(a_signal_before_the_call_ends_it_nevertheless),
        ON_A_PAIR(both_signals_ask_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
