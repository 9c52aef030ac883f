/* test_10_zone.c - what lab 10's DNS server knows, and what it says of an answer. */
// sources: labs/10-names-and-ports/zone.c labs/10-names-and-ports/message.c common/addr.c
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../labs/10-names-and-ports/zone.h"

static const uint8_t query[] = {0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'n', 0, 0, 28, 0, 1};

/* An address may be written with up to 39 digits and colons, and an answer has room for 17 of them:
 * together more than there is for the words on it. */
static void many_long_addresses_are_cut_in_the_words_only(void **state)
{
    (void)state;
    static struct zone zone;
    struct question q;
    struct {
        char said[MESSAGE_MAX], behind[512];
    } room;
    uint8_t answer[MESSAGE_MAX];
    int wait_ms;
    memset(&room, 'z', sizeof room);
    for (zone.count = 0; zone.count < 17; zone.count++) {
        struct record *r = &zone.records[zone.count];
        r->type = TYPE_AAAA;
        strcpy(r->name, "n");
        snprintf(r->value, sizeof r->value, "2001:0db8:0000:0000:0000:0000:0000:%04zx", zone.count);
    }
    assert_int_equal(parse_query(query, sizeof query, &q), NO_ERROR);
    size_t len = answer_from(&zone, query, &q, answer, &wait_ms, room.said);
    assert_int_equal(len, sizeof query + (size_t)17 * 28);
    assert_int_equal(answer[7], 17);
    assert_non_null(memchr(room.said, '\0', sizeof room.said));
    assert_true(strlen(room.said) > 400);
    for (size_t i = 0; i < sizeof room.behind; i++)
        assert_int_equal(room.behind[i], 'z');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_long_addresses_are_cut_in_the_words_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
