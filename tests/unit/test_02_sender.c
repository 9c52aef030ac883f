/* test_02_sender.c - lab 02's sending socket, connected and not; the errors that come back to it;
 * and the question for the report, over a pair of sockets. */
// sources: labs/02-udp-loss/sender.c labs/02-udp-loss/datagram.c common/addr.c common/diag.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../labs/02-udp-loss/sender.h"

/* A socket that receives, and its address. */
static int open_receiver(struct endpoint *where)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(resolve("127.0.0.1", 0, where), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&where->addr, where->len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&where->addr, &where->len), 0);
    return fd;
}

static void expect_datagram(int fd, const char *data, size_t len)
{
    char got[64];
    assert_int_equal(recv(fd, got, sizeof got, MSG_DONTWAIT), len);
    assert_memory_equal(got, data, len);
}

static void a_datagram_arrives(bool connected)
{
    struct sender sender = {.connected = connected};
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    int fd = open_receiver(&sender.to);
    assert_int_equal(open_sender(&sender), 0);
    assert_int_equal(send_datagram(&sender, "hello", 5), 0);
    expect_datagram(fd, "hello", 5);
    assert_int_equal(send_datagram(&sender, "", 0), 0);
    expect_datagram(fd, "", 0);
    int result = getpeername(sender.fd, (struct sockaddr *)&peer, &len);
    assert_int_equal(result, connected ? 0 : -1);
    close(sender.fd);
    close(fd);
}

static void it_sends_with_connect_and_without(void **state)
{
    (void)state;
    a_datagram_arrives(true);
    a_datagram_arrives(false);
}

/* Sends three to a port that is closed, and waits for an error after each. */
static void send_to_nobody(struct sender *sender, int results[static 3])
{
    close(open_receiver(&sender->to));
    assert_int_equal(open_sender(sender), 0);
    for (int i = 0; i < 3; i++) {
        errno = 0;
        results[i] = send_datagram(sender, "x", 1) == -1 ? errno : 0;
        if (results[i] == 0)
            wait_for_error(sender, sender->connected ? 10000 : 1);
    }
    close(sender->fd);
}

static void a_connected_sender_hears_of_a_closed_port_in_every_second_call(void **state)
{
    (void)state;
    int results[3];
    send_to_nobody(&(struct sender){.connected = true}, results);
    assert_int_equal(results[0], 0);
    assert_int_equal(results[1], ECONNREFUSED);
    assert_int_equal(results[2], 0);
}

static void an_unconnected_sender_hears_nothing(void **state)
{
    (void)state;
    int results[3];
    send_to_nobody(&(struct sender){.connected = false}, results);
    for (int i = 0; i < 3; i++)
        assert_int_equal(results[i], 0);
}

static void the_longest_datagram_has_65507_bytes(void **state)
{
    (void)state;
    static char data[65508];
    struct sender sender = {.connected = true};
    int fd = open_receiver(&sender.to);
    assert_int_equal(open_sender(&sender), 0);
    assert_int_equal(send_datagram(&sender, data, 65507), 0);
    assert_int_equal(send_datagram(&sender, data, 65508), -1);
    assert_int_equal(errno, EMSGSIZE);
    close(sender.fd);
    close(fd);
}

static void what_cannot_be_opened_or_connected_is_an_error_and_leaks_nothing(void **state)
{
    (void)state;
    struct sender sender = {.connected = true, .to = {.addr.ss_family = AF_MAX}};
    int next = dup(STDIN_FILENO), after;
    close(next);
    assert_int_equal(open_sender(&sender), -1);
    assert_int_equal(errno, EAFNOSUPPORT);
    assert_int_equal(resolve("255.255.255.255", 9, &sender.to),
                     0); /* broadcast: not without SO_BROADCAST */
    assert_int_equal(open_sender(&sender), -1);
    assert_true(errno == EACCES || errno == ENETUNREACH);
    after = dup(STDIN_FILENO);
    close(after);
    assert_int_equal(after, next);
}

struct pair {
    struct sender sender;
    int receiver;
};

static int open_pair(void **state)
{
    static struct pair pair;
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) == -1)
        return -1;
    pair = (struct pair){.sender = {.fd = fds[0], .connected = true}, .receiver = fds[1]};
    *state = &pair;
    return 0;
}

static int close_pair(void **state)
{
    struct pair *pair = *state;
    close(pair->sender.fd);
    close(pair->receiver);
    return 0;
}

static void asks_and_gets(struct pair *pair, const char *answer, size_t size, const char *expected)
{
    char report[64];
    assert_int_equal(send(pair->receiver, answer, strlen(answer), 0), strlen(answer));
    assert_int_equal(ask_for_report(&pair->sender, 0x0102, report, size), 0);
    assert_string_equal(report, expected);
    expect_datagram(pair->receiver, "R?\1\2", 4);
}

static void the_answer_to_the_question_is_the_report(void **state)
{
    asks_and_gets(*state, "received 3 lost 0\n", 64, "received 3 lost 0");
    asks_and_gets(*state, "received no newline", 64, "received no newline");
    asks_and_gets(*state, "received \n", 64, "received ");
    asks_and_gets(*state, "received too much\n", 13, "received too");
}

static void what_is_no_report_is_passed_over(void **state)
{
    static const char *const others[] = {
        "N#\1\2",          "RECEIVED 1\n",   "received",          " received 1\n",
        "received 1\n2\n", "received 1\n\n", "received \33[2J\n", "received \xc3\xa9\n",
    };
    struct pair *pair = *state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_not_equal(send(pair->receiver, others[i], strlen(others[i]), 0), -1);
        asks_and_gets(pair, "received 1\n", 64, "received 1");
        expect_datagram(pair->receiver, "R?\1\2", 4);
    }
}

static void an_empty_answer_is_no_report_and_it_asks_again(void **state)
{
    struct pair *pair = *state;
    assert_int_equal(send(pair->receiver, "", 0, 0), 0);
    asks_and_gets(pair, "received 1\n", 64, "received 1");
    expect_datagram(pair->receiver, "R?\1\2", 4);
}

static void without_an_answer_it_asks_5_times(void **state)
{
    struct pair *pair = *state;
    char report[64], got[4];
    assert_int_equal(ask_for_report(&pair->sender, 0xffff, report, sizeof report), -1);
    assert_int_equal(errno, ETIMEDOUT);
    for (int i = 0; i < 5; i++)
        expect_datagram(pair->receiver, "R?\xff\xff", 4);
    assert_int_equal(recv(pair->receiver, got, sizeof got, MSG_DONTWAIT), -1);
}

#define ON_A_PAIR(test) cmocka_unit_test_setup_teardown(test, open_pair, close_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_sends_with_connect_and_without),
        cmocka_unit_test(a_connected_sender_hears_of_a_closed_port_in_every_second_call),
        cmocka_unit_test(an_unconnected_sender_hears_nothing),
        cmocka_unit_test(the_longest_datagram_has_65507_bytes),
        cmocka_unit_test(what_cannot_be_opened_or_connected_is_an_error_and_leaks_nothing),
        ON_A_PAIR(the_answer_to_the_question_is_the_report),
        ON_A_PAIR(what_is_no_report_is_passed_over),
        ON_A_PAIR(an_empty_answer_is_no_report_and_it_asks_again),
        ON_A_PAIR(without_an_answer_it_asks_5_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
