/* test_14_request.c - lab 14's requests: where a head ends, what is one, and what its path says. */
// sources: labs/14-proxy/request.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/14-proxy/request.h"

/* The status of a head, which stands in memory of just
 * its size, so that a sanitizer sees what is read beyond. */
static int status(const char *head, struct request *request)
{
    size_t len = strlen(head);
    char *data = test_malloc(len + 1);
    assert_non_null(data);
    for (size_t i = 0; i < len; i++)
        data[1 + i] = head[i];
    int result = read_request(data + 1, len, request);
    test_free(data);
    return result;
}

static void a_head_ends_with_an_empty_line(void **state)
{
    (void)state;
    assert_int_equal(head_length("", 0), 0);
    assert_int_equal(head_length("GET / HTTP/1.0\r\n", 16), 0);
    assert_int_equal(head_length("GET / HTTP/1.0\r\n\r", 17), 0);
    assert_int_equal(head_length("GET / HTTP/1.0\r\n\r\n", 18), 18);
    assert_int_equal(head_length("a\r\n\r\nb\r\n\r\n", 10), 5);
    assert_int_equal(head_length("a\n\n", 3), 0);
}

static void a_path_is_decoded(void **state)
{
    struct request r;
    (void)state;
    assert_int_equal(status("GET /a%20b/%41%7a?x=%00 HTTP/1.0\r\n\r\n", &r), 200);
    assert_string_equal(r.path, "a b/Az");
    assert_string_equal(r.line, "GET /a%20b/%41%7a?x=%00");
    assert_int_equal(status("GET / HTTP/1.0\r\n\r\n", &r), 200);
    assert_string_equal(r.path, "");
    assert_int_equal(status("GET /%2e%2e/x HTTP/1.0\r\n\r\n", &r), 200);
    assert_string_equal(r.path, "../x"); /* it is for the kernel to refuse */
    const char *bad[] = {"/%", "/%4", "/%4g", "/%g4", "/%00", "/a%00b"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char head[64];
        snprintf(head, sizeof head, "GET %s HTTP/1.0\r\n\r\n", bad[i]);
        assert_int_equal(status(head, &r), 400);
    }
}

static void a_path_has_an_end(void **state)
{
    struct request r;
    char head[2048];
    (void)state;
    snprintf(head, sizeof head, "GET /%01023d HTTP/1.0\r\n\r\n", 0);
    assert_int_equal(status(head, &r), 200);
    assert_int_equal(strlen(r.path), 1023);
    assert_int_equal(strlen(r.line), sizeof r.line - 1);
    snprintf(head, sizeof head, "GET /%01024d HTTP/1.0\r\n\r\n", 0);
    assert_int_equal(status(head, &r), 400);
}

static void methods_and_versions(void **state)
{
    struct request r;
    (void)state;
    assert_int_equal(status("HEAD /a HTTP/1.0\r\n\r\n", &r), 200);
    assert_true(r.head_only);
    assert_int_equal(status("GET /a HTTP/1.0\r\n\r\n", &r), 200);
    assert_false(r.head_only);
    assert_int_equal(status("POST /a HTTP/1.0\r\n\r\n", &r), 405);
    assert_int_equal(status("GETT /a HTTP/1.0\r\n\r\n", &r), 405);
    assert_int_equal(status("GE /a HTTP/1.0\r\n\r\n", &r), 405);
    assert_int_equal(status("get /a HTTP/1.0\r\n\r\n", &r), 405);
    assert_int_equal(status("GET /a HTTP/2.0\r\n\r\n", &r), 505);
    assert_int_equal(status("GET /a HTTP/1.x\r\n\r\n", &r), 505);
    const char *bad[] = {
        "GET /a\r\n\r\n",          "GET  /a HTTP/1.0\r\n\r\n",   "GET /a HTTP/1.0 \r\n\r\n",
        "GET a HTTP/1.0\r\n\r\n",  " /a HTTP/1.0\r\n\r\n",       "\r\n\r\n",
        "GET /a http/1.0\r\n\r\n", "GET /\x01 HTTP/1.0\r\n\r\n", "G\x80T /a HTTP/1.0\r\n\r\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(status(bad[i], &r), 400);
}

static void fields(void **state)
{
    struct request r;
    (void)state;
    assert_int_equal(status("GET / HTTP/1.1\r\n\r\n", &r), 400);
    assert_int_equal(status("GET / HTTP/1.1\r\nHost: a\r\n\r\n", &r), 200);
    assert_int_equal(status("GET / HTTP/1.1\r\nhOST:\r\n\r\n", &r), 200);
    assert_int_equal(status("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", &r), 400);
    assert_int_equal(status("GET / HTTP/1.1\r\nHost : a\r\n\r\n", &r), 400);
    assert_int_equal(status("GET / HTTP/1.1\r\n Host: a\r\n\r\n", &r), 400);
    assert_int_equal(status("GET / HTTP/1.1\r\nHost: a\r\n:x\r\n\r\n", &r), 400);
    assert_int_equal(status("GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n", &r), 400);
    assert_int_equal(status("GET / HTTP/1.0\r\nContent-Length: 0\r\n\r\n", &r), 200);
    assert_int_equal(status("GET / HTTP/1.0\r\nContent-Length: 00\r\n\r\n", &r), 400);
    assert_int_equal(status("GET / HTTP/1.0\r\nContent-Length: 1\r\n\r\n", &r), 400);
    assert_int_equal(status("GET / HTTP/1.0\r\nTransfer-Encoding: x\r\n\r\n", &r), 400);
}

static void who_stays(void **state)
{
    struct request r;
    (void)state;
    assert_int_equal(status("GET / HTTP/1.1\r\nHost: a\r\n\r\n", &r), 200);
    assert_true(r.stays);
    assert_int_equal(status("GET / HTTP/1.1\r\nHost: a\r\nConnection: \t CLOSE\r\n\r\n", &r), 200);
    assert_false(r.stays);
    assert_int_equal(status("GET / HTTP/1.0\r\n\r\n", &r), 200);
    assert_false(r.stays);
    assert_int_equal(status("GET / HTTP/1.0\r\nconnection:Keep-Alive\r\n\r\n", &r), 200);
    assert_true(r.stays);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_ends_with_an_empty_line),
        cmocka_unit_test(a_path_is_decoded),
        cmocka_unit_test(a_path_has_an_end),
        cmocka_unit_test(methods_and_versions),
        cmocka_unit_test(fields),
        cmocka_unit_test(who_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
