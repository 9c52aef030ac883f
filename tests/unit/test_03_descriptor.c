/* test_03_descriptor.c - descriptors that travel, and connected pairs (lab 03). */
// sources: labs/03-unix-sockets/descriptor.c labs/03-unix-sockets/pairs.c common/net.c common/addr.c common/diag.c common/io.c
#include "../../labs/03-unix-sockets/descriptor.h"
#include "../../labs/03-unix-sockets/pairs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static int make_ends(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

static int close_ends(void **state)
{
    (void)state;
    close(ends[0]);
    close(ends[1]);
    return 0;
}

static void what_travels_is_the_open_file_with_its_position(void **state)
{
    (void)state;
    char text[4] = "";
    FILE *file = tmpfile();
    assert_int_equal(write(fileno(file), "abcdef", 6), 6);
    assert_int_equal(lseek(fileno(file), 2, SEEK_SET), 2);
    assert_int_equal(send_descriptor(ends[0], fileno(file)), 0);
    int fd = receive_descriptor(ends[1]);
    assert_int_not_equal(fd, -1);
    assert_int_not_equal(fd, fileno(file));
    assert_int_equal(read(fd, text, 3), 3);
    assert_string_equal(text, "cde");
    assert_int_equal(lseek(fileno(file), 0, SEEK_CUR), 5); /* one position for both */
    assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    close(fd);
    fclose(file);
}

static void bytes_without_a_descriptor_are_none(void **state)
{
    (void)state;
    assert_int_equal(send(ends[0], "!", 1, 0), 1);
    assert_int_equal(receive_descriptor(ends[1]), -1);
}

static void the_end_of_the_stream_is_none(void **state)
{
    (void)state;
    shutdown(ends[0], SHUT_WR);
    assert_int_equal(receive_descriptor(ends[1]), -1);
}

static void a_descriptor_that_is_not_open_is_an_error(void **state)
{
    (void)state;
    assert_int_equal(send_descriptor(ends[0], 9999), -1);
}

/* Both families carry what is sent, both ways; only TCP puts packets on the loopback. */
static void pairs_are_connected(void **state)
{
    (void)state;
    for (int tcp = 0; tcp <= 1; tcp++) {
        int pair[2];
        char text[3] = "";
        long before = loopback_packets();
        assert_int_equal(connected_pair(tcp, pair), 0);
        assert_int_equal(send(pair[0], "hi", 2, 0), 2);
        assert_int_equal(recv(pair[1], text, 2, MSG_WAITALL), 2);
        assert_string_equal(text, "hi");
        assert_int_equal(send(pair[1], "ho", 2, 0), 2);
        assert_int_equal(recv(pair[0], text, 2, MSG_WAITALL), 2);
        assert_string_equal(text, "ho");
        assert_true((loopback_packets() > before) == tcp);
        close(pair[0]);
        close(pair[1]);
    }
}

/* The next free descriptor is the same as before. */
static void a_pair_leaves_no_descriptor_behind(void **state)
{
    (void)state;
    int pair[2];
    int next = dup(0);
    close(next);
    for (int tcp = 0; tcp <= 1; tcp++) {
        assert_int_equal(connected_pair(tcp, pair), 0);
        close(pair[0]);
        close(pair[1]);
        assert_int_equal(dup(0), next);
        close(next);
    }
}

/* Each of its three sockets in turn is one too many:
 * the listener, the client's, the accepted one. */
static void a_pair_that_fails_leaves_none_either(void **state)
{
    (void)state;
    struct rlimit before, less;
    int pair[2];
    int next = dup(0);
    close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (rlim_t room = 0; room <= 2; room++) {
        less = before;
        less.rlim_cur = (rlim_t)next + room;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
        errno = 0;
        int result = connected_pair(true, pair);
        int error = errno;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_int_equal(result, -1);
        assert_int_equal(error, EMFILE);
        assert_int_equal(dup(0), next);
        close(next);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_travels_is_the_open_file_with_its_position, make_ends,
                                        close_ends),
        cmocka_unit_test_setup_teardown(bytes_without_a_descriptor_are_none, make_ends, close_ends),
        cmocka_unit_test_setup_teardown(the_end_of_the_stream_is_none, make_ends, close_ends),
        cmocka_unit_test_setup_teardown(a_descriptor_that_is_not_open_is_an_error, make_ends,
                                        close_ends),
        cmocka_unit_test(pairs_are_connected),
        cmocka_unit_test(a_pair_leaves_no_descriptor_behind),
        cmocka_unit_test(a_pair_that_fails_leaves_none_either),
    };
    return cmocka_run_group_tests_name("lab 03: descriptors and pairs", tests, NULL, NULL);
}
