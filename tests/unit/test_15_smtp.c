/* test_15_smtp.c - lab 15's mail: each command in its place and out of it. */
// sources: labs/15-netcat/smtp.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/15-netcat/smtp.h"

/* Says a line, and expects the number of its answer:
 * 0 for none. Returns true if a letter is complete. */
static bool line(struct smtp *s, const char *text, int want)
{
    char copy[1001], reply[REPLY_MAX];
    int got = 0;
    snprintf(copy, sizeof copy, "%s", text);
    bool complete = smtp_line(s, copy, reply);
    if (reply[0])
        assert_int_equal(sscanf(reply, "%3d ", &got), 1);
    assert_int_equal(got, want);
    return complete;
}

static void a_letter(void **state)
{
    (void)state;
    struct smtp s = {.state = NEW};
    line(&s, "ehlo me", 250);
    line(&s, "Mail From:<a@lab> BODY=8BITMIME", 250);
    line(&s, "RCPT TO:<b@lab>", 250);
    line(&s, "RCPT TO:<c@lab>", 250);
    line(&s, "DATA", 354);
    assert_false(line(&s, "QUIT", 0));
    assert_false(line(&s, "..", 0));
    assert_false(line(&s, ". ", 0));
    assert_false(line(&s, "", 0));
    assert_true(line(&s, ".", 250));
    assert_string_equal(s.sender, "a@lab");
    assert_string_equal(s.recipient, "b@lab");
    assert_int_equal(s.recipients, 2);
    assert_int_equal(s.lines, 4);
    line(&s, "MAIL FROM:<>",
         250); /* a report that a letter could not be delivered comes from nobody */
    line(&s, "RCPT TO:<x@lab>", 250);
    line(&s, "DATA", 354);
    assert_true(line(&s, ".", 250));
    assert_string_equal(s.sender, "");
    assert_string_equal(s.recipient, "x@lab");
    assert_int_equal(s.recipients, 1);
    assert_int_equal(s.lines, 0);
    line(&s, "QUIT", 221);
    assert_int_equal(s.state, HAS_QUIT);
}

static void order(void **state)
{
    (void)state;
    struct smtp s = {.state = NEW};
    line(&s, "MAIL FROM:<a@lab>", 503);
    line(&s, "RSET", 250);
    line(&s, "MAIL FROM:<a@lab>", 503);
    line(&s, "HELO me", 250);
    line(&s, "RCPT TO:<b@lab>", 503);
    line(&s, "DATA", 503);
    line(&s, "MAIL FROM:<a@lab>", 250);
    line(&s, "MAIL FROM:<a@lab>", 503);
    line(&s, "DATA", 503);
    line(&s, "RSET", 250);
    line(&s, "RCPT TO:<b@lab>", 503);
    line(&s, "MAIL FROM:<a@lab>", 250);
    line(&s, "RCPT TO:<b@lab>", 250);
    line(&s, "EHLO again", 250); /* begins anew: RFC 5321, 4.1.4 */
    line(&s, "DATA", 503);
}

static void syntax(void **state)
{
    (void)state;
    struct smtp s = {.state = NEW};
    char text[400];
    line(&s, "EHLO", 501);
    line(&s, "EHLO ", 501);
    line(&s, "MAIL FROM:<a>", 503);
    line(&s, "EHLO me", 250);
    line(&s, "", 500);
    line(&s, " NOOP", 500);
    line(&s, "NOOPE", 500);
    line(&s, "NOOP x", 250);
    line(&s, "VRFY x", 252);
    const char *wrong[] = {"MAIL",
                           "MAIL FROM:",
                           "MAIL FROM:a@lab",
                           "MAIL FROM:<a@lab",
                           "MAIL TO:<a@lab>",
                           "MAIL FROM: <a@lab>",
                           "MAIL FROM:<a>x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        line(&s, wrong[i], 501);
    snprintf(text, sizeof text, "MAIL FROM:<%0257d>", 0);
    line(&s, text, 501);
    snprintf(text, sizeof text, "MAIL FROM:<%0256d>", 0);
    line(&s, text, 250);
    assert_int_equal(strlen(s.sender), 256);
    line(&s, "RCPT TO:<>", 501);
}

static void a_long_name(void **state)
{
    (void)state;
    struct smtp s = {.state = NEW};
    char text[900];
    snprintf(text, sizeof text, "EHLO %0800d", 0);
    line(&s, text, 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_letter), cmocka_unit_test(order),
                                       cmocka_unit_test(syntax), cmocka_unit_test(a_long_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
