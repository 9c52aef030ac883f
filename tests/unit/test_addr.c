/* test_addr.c - common/addr: numbers, addresses and their text. */
// sources: common/addr.c
#include "addr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <limits.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

static void parse_number_takes_whole_numbers_in_range(void **state)
{
    (void)state;
    const struct {
        const char *text;
        long expected;
    } good[] = {{"0", 0}, {"1", 1}, {"007", 7}, {"65535", 65535}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        long number = -1;
        assert_true(parse_number(good[i].text, 0, 65535, &number));
        assert_int_equal(number, good[i].expected);
    }
}

static void parse_number_refuses_everything_else(void **state)
{
    (void)state;
    const char *bad[] = {"",     " ",   "12x",  "x12", " 1",    "1 ",  "+1",
                         "-1",   "-0",  "0x10", "1.5", "65536", "1e3", "99999999999999999999",
                         "\xb2", "1\n", "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        long number = -7;
        assert_false(parse_number(bad[i], 0, 65535, &number));
        assert_int_equal(number, -7);
    }
}

static void parse_number_keeps_to_both_bounds(void **state)
{
    (void)state;
    long number = -7;
    assert_false(parse_number("99999999999999999999", 0, LONG_MAX, &number));
    assert_false(parse_number("9", 10, 20, &number));
    assert_false(parse_number("21", 10, 20, &number));
    assert_int_equal(number, -7);
    assert_true(parse_number("10", 10, 20, &number));
    assert_true(parse_number("20", 10, 20, &number));
}

/* Resolves a numeric address and formats what was found. */
static const char *resolved(const char *host, uint16_t port, char text[static ENDPOINT_TEXT_MAX])
{
    struct endpoint ep;
    assert_int_equal(resolve(host, port, &ep), 0);
    return format_endpoint(&ep, text);
}

static void resolve_finds_numeric_addresses_and_names(void **state)
{
    (void)state;
    char text[ENDPOINT_TEXT_MAX];
    assert_string_equal(resolved("127.0.0.1", 5001, text), "127.0.0.1:5001");
    assert_string_equal(resolved("0.0.0.0", 0, text), "0.0.0.0:0");
    assert_string_equal(resolved("::1", 65535, text), "[::1]:65535");
    assert_string_equal(resolved("localhost", 7, text), "127.0.0.1:7");
}

static void resolve_puts_the_port_in_network_byte_order(void **state)
{
    (void)state;
    struct endpoint ep;
    assert_int_equal(resolve("127.0.0.1", 0x1389, &ep), 0);
    const struct sockaddr_in *in = (const struct sockaddr_in *)&ep.addr;
    const unsigned char expected[] = {0x13, 0x89};
    assert_int_equal(ep.len, sizeof *in);
    assert_memory_equal(&in->sin_port, expected, 2);
}

static void resolve_tells_why_it_found_nothing(void **state)
{
    (void)state;
    struct endpoint ep;
    int error = resolve("no.such.host.invalid", 1, &ep);
    assert_int_not_equal(error, 0);
    assert_non_null(gai_strerror(error));
    assert_int_not_equal(resolve("300.1.1.1", 1, &ep), 0);
    assert_int_not_equal(resolve("", 1, &ep), 0);
}

static void format_endpoint_knows_no_other_family(void **state)
{
    (void)state;
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint ep = {.len = sizeof ep.addr};
    ep.addr.ss_family = AF_UNIX;
    assert_string_equal(format_endpoint(&ep, text), "?");
    ep.addr.ss_family = AF_UNSPEC;
    assert_string_equal(format_endpoint(&ep, text), "?");
}

static void format_endpoint_has_room_for_the_longest(void **state)
{
    (void)state;
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint ep = {.len = sizeof(struct sockaddr_in6)};
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&ep.addr;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(65535);
    in6->sin6_scope_id = if_nametoindex("lo");
    assert_int_equal(
        inet_pton(AF_INET6, "fe80:1111:2222:3333:4444:5555:6666:7777", &in6->sin6_addr), 1);
    assert_string_equal(format_endpoint(&ep, text),
                        "[fe80:1111:2222:3333:4444:5555:6666:7777%lo]:65535");
    /* The longest name of an interface has 15 letters. */
    assert_true(strlen(text) - strlen("lo") + 15 < ENDPOINT_TEXT_MAX);
}

static void local_and_peer_endpoint_tell_both_ends(void **state)
{
    (void)state;
    char listening[ENDPOINT_TEXT_MAX], a[ENDPOINT_TEXT_MAX], b[ENDPOINT_TEXT_MAX];
    struct endpoint ep;
    assert_int_equal(resolve("127.0.0.1", 0, &ep), 0);
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(listen_fd, (struct sockaddr *)&ep.addr, ep.len), 0);
    assert_int_equal(listen(listen_fd, 1), 0);
    assert_int_equal(getsockname(listen_fd, (struct sockaddr *)&ep.addr, &ep.len), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&ep.addr, ep.len), 0);
    int conn_fd = accept(listen_fd, NULL, NULL);
    assert_string_equal(local_endpoint(listen_fd, listening), local_endpoint(conn_fd, a));
    assert_string_equal(peer_endpoint(fd, a), listening);
    assert_string_equal(local_endpoint(fd, a), peer_endpoint(conn_fd, b));
    assert_string_equal(peer_endpoint(listen_fd, a), "?"); /* it has no peer */
    assert_string_equal(local_endpoint(-1, a), "?");
    close(conn_fd);
    close(fd);
    close(listen_fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_number_takes_whole_numbers_in_range),
        cmocka_unit_test(parse_number_refuses_everything_else),
        cmocka_unit_test(parse_number_keeps_to_both_bounds),
        cmocka_unit_test(resolve_finds_numeric_addresses_and_names),
        cmocka_unit_test(resolve_puts_the_port_in_network_byte_order),
        cmocka_unit_test(resolve_tells_why_it_found_nothing),
        cmocka_unit_test(format_endpoint_knows_no_other_family),
        cmocka_unit_test(format_endpoint_has_room_for_the_longest),
        cmocka_unit_test(local_and_peer_endpoint_tell_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
