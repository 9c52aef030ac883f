/* test_14_proxy.c - lab 14's line of the PROXY protocol, whose turn it is, and what is a place. */
// sources: labs/14-proxy/proxy.c labs/14-proxy/pool.c labs/14-proxy/place.c common/addr.c common/net.c common/io.c common/diag.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/14-proxy/place.h"
#include "../../labs/14-proxy/pool.h"
#include "../../labs/14-proxy/proxy.h"

static void a_line_says_both_addresses(void **state)
{
    struct endpoint client, here;
    char line[PROXY_LINE_MAX], text[ENDPOINT_TEXT_MAX];
    (void)state;
    assert_true(parse_place("10.1.2.3:40312", &client));
    assert_true(parse_place("127.0.0.1:5014", &here));
    size_t len = proxy_line(&client, &here, line);
    assert_string_equal(line, "PROXY TCP4 10.1.2.3 127.0.0.1 40312 5014\r\n");
    assert_int_equal(len, strlen(line));
    line[len - 2] = '\0';
    assert_true(read_proxy_line(line, text));
    assert_string_equal(text, "10.1.2.3:40312");
    assert_true(parse_place("./door", &client));
    assert_int_equal(proxy_line(&client, &here, line), 15);
    assert_string_equal(line, "PROXY UNKNOWN\r\n");
}

static void what_is_no_line(void **state)
{
    char text[ENDPOINT_TEXT_MAX];
    (void)state;
    assert_true(read_proxy_line("PROXY UNKNOWN", text));
    assert_string_equal(text, "unknown");
    assert_true(read_proxy_line("PROXY TCP6 ::1 fe80::1 7 65535", text));
    assert_string_equal(text, "[::1]:7");
    const char *bad[] = {"",
                         "GET / HTTP/1.1",
                         "PROXY",
                         "proxy TCP4 1.2.3.4 1.2.3.4 1 2",
                         "PROXY TCP5 1.2.3.4 1.2.3.4 1 2",
                         "PROXY TCP4 ::1 ::1 1 2",
                         "PROXY TCP6 1.2.3.4 1.2.3.4 1 2",
                         "PROXY TCP4 1.2.3.4 1.2.3.4 1",
                         "PROXY TCP4 1.2.3.4 1.2.3.4 1 65536",
                         "PROXY TCP4 1.2.3.4 1.2.3.4 -1 2",
                         "PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3",
                         "PROXY TCP4 1.2.3.4 1.2.3.256 1 2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(read_proxy_line(bad[i], text));
}

static void servers_have_their_turns(void **state)
{
    struct pool pool = {.len = 0};
    (void)state;
    assert_int_equal(next_server(&pool, 1), -1);
    assert_true(add_server(&pool, "127.0.0.1:1"));
    assert_true(add_server(&pool, "127.0.0.1:2"));
    assert_true(add_server(&pool, "./three"));
    for (int i = 0; i < 7; i++)
        assert_int_equal(next_server(&pool, 1), i % 3);
    put_out(&pool, 1, 100);
    assert_int_equal(next_server(&pool, 99), 2);
    assert_int_equal(next_server(&pool, 99), 0);
    assert_int_equal(next_server(&pool, 99), 2);
    assert_int_equal(next_server(&pool, 100), 0);
    assert_int_equal(next_server(&pool, 100), 1);
    put_out(&pool, 0, 200);
    put_out(&pool, 1, 200);
    put_out(&pool, 2, 200);
    assert_int_equal(next_server(&pool, 199), -1);
    for (size_t i = pool.len; i < POOL_MAX; i++)
        assert_true(add_server(&pool, "127.0.0.1:3"));
    assert_false(add_server(&pool, "127.0.0.1:3"));
}

static void what_is_a_place(void **state)
{
    struct endpoint place;
    char text[ENDPOINT_TEXT_MAX], path[200] = "/";
    (void)state;
    assert_true(parse_place("[::1]:80", &place) || parse_place("::1:80", &place));
    assert_true(parse_place("./x:y", &place));
    assert_string_equal(format_place(&place, text), "./x:y");
    const char *bad[] = {
        "", "80", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(parse_place(bad[i], &place));
    memset(path + 1, 'x', 106);
    assert_true(parse_place(path, &place));
    path[107] = 'x';
    assert_false(parse_place(path, &place));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_both_addresses),
        cmocka_unit_test(what_is_no_line),
        cmocka_unit_test(servers_have_their_turns),
        cmocka_unit_test(what_is_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
