/* test_15_knock.c - lab 15's ranges of ports, its verdicts, and the connection to itself. */
// sources: labs/15-netcat/knock.c labs/15-netcat/reach.c common/addr.c common/net.c common/io.c common/diag.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <unistd.h>

#include "../../common/net.h"
#include "../../labs/15-netcat/knock.h"
#include "../../labs/15-netcat/reach.h"

static void ranges(void **state)
{
    (void)state;
    uint16_t first = 7, last = 7;
    assert_true(parse_ports("80", &first, &last));
    assert_int_equal(first, 80);
    assert_int_equal(last, 80);
    assert_true(parse_ports("1-65535", &first, &last));
    assert_int_equal(first, 1);
    assert_int_equal(last, 65535);
    assert_true(parse_ports("9-9", &first, &last));
    assert_int_equal(first, 9);
    const char *wrong[] = {"",      "-",        "0",    "65536", "80-",    "-80",          "9-8",
                           "1-2-3", "80-65536", "0-80", "a-b",   "80 -90", "1234567890-80"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        first = last = 7;
        assert_false(parse_ports(wrong[i], &first, &last));
        assert_int_equal(first + last, 14);
    }
}

static void verdicts(void **state)
{
    (void)state;
    assert_int_equal(judge(0), OPEN);
    assert_int_equal(judge(ECONNRESET), OPEN);
    assert_int_equal(judge(ECONNREFUSED), CLOSED);
    const int silent[] = {ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENOPROTOOPT, EACCES, EPERM};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
        assert_int_equal(judge(silent[i]), FILTERED);
    const int ours[] = {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EINVAL};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        assert_int_equal(judge(ours[i]), NO_VERDICT);
    assert_string_equal(verdict_name(OPEN), "open");
    assert_string_equal(verdict_name(CLOSED), "closed");
    assert_string_equal(verdict_name(FILTERED), "filtered");
    assert_string_equal(verdict_name(OPEN_OR_FILTERED), "open or filtered");
}

static void itself(void **state)
{
    (void)state;
    struct endpoint where = {0}, here = {.len = sizeof here.addr};
    assert_int_equal(resolve("127.0.0.1", 0, &where), 0);
    int listen_fd = tcp_listen(&where);
    assert_true(listen_fd != -1);
    getsockname(listen_fd, (struct sockaddr *)&here.addr, &here.len);
    int fd = reach(&here, SOCK_STREAM, 0, 1000);
    assert_true(fd != -1);
    assert_false(is_itself(fd));
    assert_false(is_itself(listen_fd));
    close(fd);
    close(listen_fd);
    assert_int_equal(resolve("127.0.0.1", 6215, &where), 0);
    fd = reach(&where, SOCK_STREAM, 6215, 1000);
    assert_true(fd != -1);
    assert_true(is_itself(fd));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ranges), cmocka_unit_test(verdicts),
                                       cmocka_unit_test(itself)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
