/* test_03_name.c - the addresses of Unix sockets (lab 03). */
// sources: labs/03-unix-sockets/name.c common/net.c common/addr.c common/diag.c common/io.c
#include "../../labs/03-unix-sockets/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct sockaddr_un addr;
static socklen_t len;

/* A name of `bytes` bytes that begins with `first`. */
static const char *name_of(size_t bytes, char first)
{
    static char text[300];
    memset(text, 'x', bytes);
    text[0] = first;
    text[bytes] = '\0';
    return text;
}

static void a_path_is_copied_with_its_nul(void **state)
{
    (void)state;
    memset(&addr, 'z', sizeof addr);
    assert_true(make_name("/run/door", &addr, &len));
    assert_int_equal(addr.sun_family, AF_UNIX);
    assert_string_equal(addr.sun_path, "/run/door");
    assert_int_equal(len, sizeof addr);
    assert_int_equal(addr.sun_path[sizeof addr.sun_path - 1], 0); /* nothing of what was there */
}

static void a_path_has_107_bytes_at_most(void **state)
{
    (void)state;
    assert_true(make_name(name_of(107, '/'), &addr, &len));
    assert_int_equal(strlen(addr.sun_path), 107);
    assert_false(make_name(name_of(108, '/'), &addr, &len));
    assert_false(make_name(name_of(299, '/'), &addr, &len));
}

static void an_abstract_name_has_exactly_its_bytes(void **state)
{
    (void)state;
    assert_true(make_name("@door", &addr, &len));
    assert_int_equal(len, offsetof(struct sockaddr_un, sun_path) + 5);
    assert_memory_equal(addr.sun_path, "\0door", 5);
    assert_true(make_name(name_of(107, '@'), &addr, &len));
    assert_int_equal(len, sizeof addr - 1);
    assert_false(make_name(name_of(108, '@'), &addr, &len));
}

static void no_name_is_no_name(void **state)
{
    (void)state;
    assert_false(make_name("", &addr, &len));
    assert_false(make_name("@", &addr, &len)); /* the kernel would choose one (autobind) */
}

static void a_refused_name_leaves_the_address_alone(void **state)
{
    (void)state;
    struct sockaddr_un before;
    memset(&addr, 'z', sizeof addr);
    before = addr;
    len = 4711;
    assert_false(make_name(name_of(108, '/'), &addr, &len));
    assert_memory_equal(&addr, &before, sizeof addr);
    assert_int_equal(len, 4711);
}

static void the_kernel_agrees(void **state)
{
    (void)state;
    struct sockaddr_un got;
    socklen_t got_len = sizeof got;
    char name[30];
    snprintf(name, sizeof name, "@test-%ld", (long)getpid());
    assert_true(make_name(name, &addr, &len));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&got, &got_len), 0);
    assert_int_equal(got_len, len);
    assert_memory_equal(&got, &addr, len);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_copied_with_its_nul),
        cmocka_unit_test(a_path_has_107_bytes_at_most),
        cmocka_unit_test(an_abstract_name_has_exactly_its_bytes),
        cmocka_unit_test(no_name_is_no_name),
        cmocka_unit_test(a_refused_name_leaves_the_address_alone),
        cmocka_unit_test(the_kernel_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
