/* test_08_limit.c - lab 08's limits: their names, and the limit of descriptors. */
// sources: labs/08-concurrent-servers/limit.c common/diag.c common/addr.c common/io.c
#include "../../labs/08-concurrent-servers/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

static void each_limit_has_a_name_and_a_place(void **state)
{
    static const struct {
        int error;
        const char *part;
    } all[] = {
        {EMFILE, "EMFILE: this process may have no more descriptors (RLIMIT_NOFILE, ulimit -n)"},
        {ENFILE, "fs.file-max"},
        {EADDRNOTAVAIL, "ip_local_port_range"},
        {EAGAIN, "ulimit -u"},
        {ENOBUFS, "ENOBUFS"},
        {ENOMEM, "ENOMEM"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_true(is_limit(all[i].error));
        assert_non_null(strstr(limit_met(all[i].error), all[i].part));
    }
}

static void another_error_is_no_limit(void **state)
{
    (void)state;
    assert_false(is_limit(ECONNREFUSED));
    assert_false(is_limit(EINTR));
    assert_false(is_limit(0));
    assert_string_equal(limit_met(ECONNREFUSED), "ECONNREFUSED");
}

static void the_soft_limit_becomes_the_hard_one(void **state)
{
    struct rlimit limit;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    rlim_t hard = limit.rlim_max;
    limit.rlim_cur = 64;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(raise_descriptor_limit(), (long)hard);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(limit.rlim_cur, hard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_has_a_name_and_a_place),
        cmocka_unit_test(another_error_is_no_limit),
        cmocka_unit_test(the_soft_limit_becomes_the_hard_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
