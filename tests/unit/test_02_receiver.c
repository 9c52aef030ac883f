/* test_02_receiver.c - lab 02's receiving socket, on the loopback. What it drops, it drops because
 * nobody reads it in the meantime: nothing here depends on time. */
// sources: labs/02-udp-loss/receiver.c common/addr.c common/diag.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../labs/02-udp-loss/receiver.h"

/* The number that the next descriptor gets. It grows when one is leaked. */
static int next_descriptor(void)
{
    int fd = dup(STDIN_FILENO);
    close(fd);
    return fd;
}

static struct endpoint address_of(int fd)
{
    struct endpoint ep = {.len = sizeof ep.addr};
    assert_int_equal(getsockname(fd, (struct sockaddr *)&ep.addr, &ep.len), 0);
    return ep;
}

/* Opens a receiver, and a socket that is connected to it. */
static int open_pair(const char *host, int buffer, int *sender)
{
    struct endpoint where;
    assert_int_equal(resolve(host, 0, &where), 0);
    int fd = open_receiver(&where, buffer);
    assert_int_not_equal(fd, -1);
    where = address_of(fd);
    *sender = socket(where.addr.ss_family, SOCK_DGRAM, 0);
    assert_int_equal(connect(*sender, (struct sockaddr *)&where.addr, where.len), 0);
    return fd;
}

static void close_pair(int fd, int sender)
{
    close(fd);
    close(sender);
}

static void receives(const char *host)
{
    int sender, fd = open_pair(host, SYSTEM_DEFAULT, &sender);
    static struct datagram got;
    char from[ENDPOINT_TEXT_MAX], expected[ENDPOINT_TEXT_MAX];
    assert_int_equal(send(sender, "hello", 5, 0), 5);
    assert_int_equal(receive_datagram(fd, 0, DATAGRAM_MAX, &got), 0);
    assert_int_equal(got.len, 5);
    assert_int_equal(got.kept, 5);
    assert_memory_equal(got.data, "hello", 5);
    assert_int_equal(got.drops_before, 0);
    assert_string_equal(format_endpoint(&got.from, from), local_endpoint(sender, expected));
    close_pair(fd, sender);
}

static void a_datagram_comes_with_its_length_and_its_sender(void **state)
{
    (void)state;
    receives("127.0.0.1");
}

static void ipv6_works_as_well(void **state)
{
    (void)state;
    if (access("/proc/net/if_inet6", F_OK) == -1)
        skip();
    receives("::1");
}

static void an_empty_datagram_is_received(void **state)
{
    (void)state;
    int sender, fd = open_pair("127.0.0.1", SYSTEM_DEFAULT, &sender);
    static struct datagram got = {.len = 7, .kept = 7};
    assert_int_equal(send(sender, "", 0, 0), 0);
    assert_int_equal(receive_datagram(fd, 0, DATAGRAM_MAX, &got), 0);
    assert_int_equal(got.len, 0);
    assert_int_equal(got.kept, 0);
    close_pair(fd, sender);
}

static void what_does_not_fit_is_cut_off_and_gone(void **state)
{
    (void)state;
    int sender, fd = open_pair("127.0.0.1", SYSTEM_DEFAULT, &sender);
    static struct datagram got;
    memset(got.data, '_', 10);
    assert_int_equal(send(sender, "hello", 5, 0), 5);
    assert_int_equal(send(sender, "you", 3, 0), 3);
    assert_int_equal(receive_datagram(fd, 0, 3, &got), 0);
    assert_int_equal(got.len, 5);
    assert_int_equal(got.kept, 3);
    assert_memory_equal(got.data, "hel__", 5);
    assert_int_equal(receive_datagram(fd, 0, 3, &got), 0);
    assert_int_equal(got.len, 3);
    assert_int_equal(got.kept, 3);
    assert_memory_equal(got.data, "you", 3);
    close_pair(fd, sender);
}

static void with_dontwait_an_empty_queue_is_eagain(void **state)
{
    (void)state;
    int sender, fd = open_pair("127.0.0.1", SYSTEM_DEFAULT, &sender);
    static struct datagram got;
    assert_int_equal(receive_datagram(fd, MSG_DONTWAIT, DATAGRAM_MAX, &got), -1);
    assert_int_equal(errno, EAGAIN);
    close_pair(fd, sender);
}

static void the_buffer_is_twice_what_was_asked_for(void **state)
{
    (void)state;
    int sender, fd = open_pair("127.0.0.1", 4096, &sender);
    assert_int_equal(buffer_size(fd), 8192);
    close_pair(fd, sender);
    fd = open_pair("127.0.0.1", SYSTEM_DEFAULT, &sender);
    assert_true(buffer_size(fd) > 8192);
    close_pair(fd, sender);
    assert_int_equal(buffer_size(-1), -1);
    assert_int_equal(errno, EBADF);
}

static void expect_drops(int fd, uint32_t expected)
{
    uint32_t drops = 12345;
    assert_int_equal(count_drops(fd, &drops), 0);
    assert_int_equal(drops, expected);
}

/* An empty buffer takes one datagram of any size, and no second one. */
static void drops_are_known_at_once_and_stamped_on_the_next_datagram(void **state)
{
    (void)state;
    int sender, fd = open_pair("127.0.0.1", 4096, &sender);
    static struct datagram got;
    static char data[20000];
    expect_drops(fd, 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(send(sender, data, sizeof data, 0), sizeof data);
    expect_drops(fd, 9);
    assert_int_equal(receive_datagram(fd, 0, DATAGRAM_MAX, &got), 0);
    assert_int_equal(got.drops_before, 0); /* it came before they were dropped */
    assert_int_equal(receive_datagram(fd, MSG_DONTWAIT, DATAGRAM_MAX, &got), -1);
    assert_int_equal(send(sender, data, 1, 0), 1);
    assert_int_equal(receive_datagram(fd, 0, DATAGRAM_MAX, &got), 0);
    assert_int_equal(got.drops_before, 9);
    expect_drops(fd, 9);
    close_pair(fd, sender);
}

static void a_descriptor_that_is_no_socket_is_an_error(void **state)
{
    (void)state;
    uint32_t drops = 12345;
    assert_int_equal(count_drops(-1, &drops), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(drops, 12345);
}

static void an_address_in_use_is_refused_and_nothing_leaks(void **state)
{
    (void)state;
    int sender, fd = open_pair("127.0.0.1", SYSTEM_DEFAULT, &sender), next = next_descriptor();
    struct endpoint where = address_of(fd), nowhere = {.addr.ss_family = AF_MAX};
    assert_int_equal(open_receiver(&where, SYSTEM_DEFAULT), -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_int_equal(open_receiver(&nowhere, SYSTEM_DEFAULT), -1);
    assert_int_equal(errno, EAFNOSUPPORT);
    assert_int_equal(next_descriptor(), next);
    close_pair(fd, sender);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_datagram_comes_with_its_length_and_its_sender),
        cmocka_unit_test(ipv6_works_as_well),
        cmocka_unit_test(an_empty_datagram_is_received),
        cmocka_unit_test(what_does_not_fit_is_cut_off_and_gone),
        cmocka_unit_test(with_dontwait_an_empty_queue_is_eagain),
        cmocka_unit_test(the_buffer_is_twice_what_was_asked_for),
        cmocka_unit_test(drops_are_known_at_once_and_stamped_on_the_next_datagram),
        cmocka_unit_test(a_descriptor_that_is_no_socket_is_an_error),
        cmocka_unit_test(an_address_in_use_is_refused_and_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
