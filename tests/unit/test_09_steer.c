/* test_09_steer.c - lab 09's rules: which texts are one, and what program becomes of it. */
// sources: labs/09-reuseport/steer.c common/addr.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/09-reuseport/steer.h"

#include <linux/filter.h>

#define expect_rule(text, expected_load, expected_from, expected_modulus)                          \
    do {                                                                                           \
        struct rule rule;                                                                          \
        assert_true(parse_rule(text, &rule));                                                      \
        assert_int_equal(rule.load, expected_load);                                                \
        assert_int_equal(rule.from, (uint32_t)(expected_from));                                    \
        assert_int_equal(rule.modulus, expected_modulus);                                          \
    } while (0)

static void a_number_is_an_index(void **state)
{
    (void)state;
    expect_rule("0", BPF_LD | BPF_IMM, 0, 65536);
    expect_rule("2", BPF_LD | BPF_IMM, 2, 65536);
    expect_rule("65535", BPF_LD | BPF_IMM, 65535, 65536);
}

static void each_source_is_at_its_place(void **state)
{
    (void)state;
    expect_rule("cpu/4", BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_CPU, 4);
    expect_rule("port/1", BPF_LD | BPF_H | BPF_ABS, SKF_NET_OFF + 20, 1);
    expect_rule("data/65535", BPF_LD | BPF_H | BPF_ABS, 0, 65535);
}

static void anything_else_is_no_rule(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",          "x",     "-1",    "65536",   "1 ",    "cpu",      "cpu/",    "cpu/0", "cpu/x",
        "cpu/65536", "CPU/4", "port4", "port/-1", "data/", "data/4/4", " port/4", "/4"};
    struct rule rule = {1, 2, 3};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(parse_rule(wrong[i], &rule));
    assert_int_equal(rule.load, 1);
    assert_int_equal(rule.from, 2);
    assert_int_equal(rule.modulus, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_an_index),
        cmocka_unit_test(each_source_is_at_its_place),
        cmocka_unit_test(anything_else_is_no_rule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
