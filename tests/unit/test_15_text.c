/* test_15_text.c - lab 15's line ends and refusals of telnet: whole, and cut at every place. */
// sources: labs/15-netcat/text.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/15-netcat/text.h"

/* Gives `in` in two pieces, cut at each place, and expects the same each time. */
static void crlf(const char *in, const char *want)
{
    size_t len = strlen(in);
    for (size_t cut = 0; cut <= len; cut++) {
        char out[64];
        unsigned char last = 0;
        size_t n = lines_to_crlf(in, cut, out, &last);
        n += lines_to_crlf(in + cut, len - cut, out + n, &last);
        assert_int_equal(n, strlen(want));
        assert_memory_equal(out, want, n);
    }
}

static void line_ends(void **state)
{
    (void)state;
    crlf("", "");
    crlf("abc", "abc");
    crlf("a\n", "a\r\n");
    crlf("\n\n", "\r\n\r\n");
    crlf("a\r\nb\n", "a\r\nb\r\n");
    crlf("\r\r\n\n", "\r\r\n\r\n");
    crlf("\r", "\r");
}

static void telnet(const char *in, size_t len, const char *want, const char *refusals,
                   size_t refused)
{
    for (size_t cut = 0; cut <= len; cut++) {
        struct telnet t = {0};
        char data[2][64], reply[128];
        size_t left[2] = {cut, len - cut};
        memcpy(data[0], in, cut);
        memcpy(data[1], in + cut, len - cut);
        size_t n = refuse_telnet(&t, data[0], &left[0], reply);
        n += refuse_telnet(&t, data[1], &left[1], reply + n);
        memcpy(data[0] + left[0], data[1], left[1]);
        assert_int_equal(left[0] + left[1], strlen(want));
        assert_memory_equal(data[0], want, strlen(want));
        assert_int_equal(n, refused);
        assert_memory_equal(reply, refusals, n);
    }
}

#define TELNET(in, want, refusals)                                                                 \
    telnet((in), sizeof(in) - 1, (want), (refusals), sizeof(refusals) - 1)

static void refusals(void **state)
{
    (void)state;
    TELNET("hello\r\n", "hello\r\n", "");
    TELNET("a\xff\xfd\x01"
           "b",
           "ab", "\xff\xfc\x01");                                       /* DO: WONT */
    TELNET("\xff\xfb\x03", "", "\xff\xfe\x03");                         /* WILL: DONT */
    TELNET("\xff\xfc\x01\xff\xfe\x01x", "x", "");                       /* WONT and DONT: nothing */
    TELNET("\xff\xfd\xff\xff\xfb\xff", "", "\xff\xfc\xff\xff\xfe\xff"); /* option 255 */
    TELNET("\xff\xff", "\xff", "");                                     /* a byte of data */
    TELNET("\xff\xf1x\xff\xf9", "x", "");                               /* NOP, GO AHEAD */
    TELNET("a\xff\xfa\x18\x01\xff\xff\xff\xf0z", "az", ""); /* what an option says, 255 in it */
    TELNET("\xff\xfd\x01\xff\xfb\x03\xff\xfd\x18", "", "\xff\xfc\x01\xff\xfe\x03\xff\xfc\x18");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(line_ends), cmocka_unit_test(refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
