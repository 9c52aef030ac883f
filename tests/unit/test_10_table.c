/* test_10_table.c - lab 10's table: the lines of /proc/net/tcp and tcp6. */
// sources: labs/10-names-and-ports/table.c common/addr.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/10-names-and-ports/table.h"

/* A line of this machine: its bytes are turned, as
 * the kernel of a little-endian one prints them. */
static const char line4[] = "   1: 0100007F:1392 0D0C0B0A:9D78 01 00000000:00000000 00:00000000 "
                            "00000000  4294967295 0 4242 1";
static const char line6[] =
    "   0: 00000000000000000000000001000000:0050 "
    "00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 7 1";

static void an_ipv4_line_is_read(void **state)
{
    (void)state;
    struct row row;
    char text[END_TEXT_MAX];
    assert_true(parse_row(line4, &row));
    assert_string_equal(name_end(&row.local, true, text), "127.0.0.1:5010");
    assert_string_equal(name_end(&row.remote, true, text), "10.11.12.13:40312");
    assert_string_equal(row.state, "ESTABLISHED");
    assert_int_equal(row.uid, 4294967295U);
}

static void an_ipv6_line_is_read(void **state)
{
    (void)state;
    struct row row;
    char text[END_TEXT_MAX];
    assert_true(parse_row(line6, &row));
    assert_string_equal(name_end(&row.local, true, text), "[::1]:80");
    assert_string_equal(name_end(&row.remote, true, text), "[::]:*");
    assert_string_equal(row.state, "LISTEN");
    assert_int_equal(row.uid, 1000);
}

static void nobody_has_no_name(void **state)
{
    (void)state;
    struct row row;
    char text[END_TEXT_MAX];
    assert_true(parse_row(line6, &row));
    assert_string_equal(name_end(&row.remote, false, text), "[::]:*");
}

static void headings_and_cut_lines_are_no_sockets(void **state)
{
    (void)state;
    struct row row;
    assert_false(parse_row(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid", &row));
    assert_false(parse_row("", &row));
    assert_false(parse_row("   1: 0100007F:1392 0D0C0B0A:9D78 01 00000000:00000000", &row));
    assert_false(parse_row("   1: 0100007F00:1392 0D0C0B0A:9D78 01 0:0 0:0 0 0 0 1", &row));
}

static void the_states_are_eleven(void **state)
{
    (void)state;
    static const char *const names[] = {"ESTABLISHED", "SYN-SENT",  "SYN-RECEIVED", "FIN-WAIT-1",
                                        "FIN-WAIT-2",  "TIME-WAIT", "CLOSED",       "CLOSE-WAIT",
                                        "LAST-ACK",    "LISTEN",    "CLOSING"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        struct row row;
        char line[sizeof line4], number[3];
        memcpy(line, line4, sizeof line);
        snprintf(number, sizeof number, "%02X", i + 1);
        memcpy(strstr(line, " 01 ") + 1, number, 2);
        assert_true(parse_row(line, &row));
        assert_string_equal(row.state, names[i]);
        assert_ptr_equal(find_state(names[i]), row.state);
    }
    assert_null(find_state("ESTAB"));
    assert_null(find_state("?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ipv4_line_is_read),
        cmocka_unit_test(an_ipv6_line_is_read),
        cmocka_unit_test(nobody_has_no_name),
        cmocka_unit_test(headings_and_cut_lines_are_no_sockets),
        cmocka_unit_test(the_states_are_eleven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
