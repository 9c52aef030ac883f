/* fuzz_10_dns.c - random queries, and random files of names, for lab 10's DNS server.
 *
 * It must never read beyond the query or write beyond an answer: both are heap
 * blocks of exactly their size, under AddressSanitizer. What it takes for a
 * question is one, and each name of the file that can be asked for is found.
 * The first byte of the input says how long the query is; the rest is the file. */
// sources: labs/10-names-and-ports/message.c labs/10-names-and-ports/zone.c common/addr.c
#include "../../labs/10-names-and-ports/zone.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

static void check(bool fact)
{
    if (!fact)
        abort();
}

static void *block(const void *bytes, size_t len)
{
    void *copy = malloc(len > 0 ? len : 1);
    check(copy != NULL);
    if (len > 0)
        memcpy(copy, bytes, len);
    return copy;
}

static void check_answer(const struct zone *zone, const uint8_t *query, const struct question *q)
{
    uint8_t *answer = calloc(1, MESSAGE_MAX);
    char *said = calloc(1, MESSAGE_MAX);
    int wait_ms = -1;
    check(answer && said);
    size_t len = answer_from(zone, query, q, answer, &wait_ms, said);
    check(len <= MESSAGE_MAX && wait_ms >= 0 && wait_ms <= 60000);
    check(strnlen(said, MESSAGE_MAX) < MESSAGE_MAX && *said != '\0');
    if (len > 0) {
        check(len >= q->end && (answer[2] & 0x80));
        check(answer[0] * 256U + answer[1] == q->id);
        check(memcmp(answer + 12, query + 12, q->end - 12) == 0);
    }
    free(answer);
    free(said);
}

/* Returns what parse_query says of these bytes, and looks at what it has read. */
static int ask(const struct zone *zone, const uint8_t *bytes, size_t len, struct question *q)
{
    uint8_t *query = block(bytes, len), *answer = calloc(1, MESSAGE_MAX);
    check(answer != NULL);
    int result = parse_query(query, len, q);
    if (result == NO_ERROR) {
        check(q->end <= len && strlen(q->name) < NAME_MAX_TEXT);
        check_answer(zone, query, q);
    } else if (result != NO_ANSWER) {
        check(begin_answer(query, q, result, answer) == 12);
    }
    free(query);
    free(answer);
    return result;
}

/* Asks for this name. Names with an empty or a long label are in no question. */
static void ask_for(const struct zone *zone, const struct record *record)
{
    uint8_t query[12 + NAME_MAX_TEXT + 1 + 4] = {1, 2, 1, 0, 0, 1};
    size_t at = 12;
    struct question q;
    for (const char *name = record->name; *name != '\0';) {
        size_t label = strcspn(name, ".");
        if (label == 0 || label > 63)
            return;
        for (size_t i = 0; i < label; i++)
            if (name[i] <= ' ' || name[i] > '~')
                return;
        query[at++] = (uint8_t)label;
        memcpy(query + at, name, label);
        at += label;
        name += label;
        if (*name == '.' && *++name == '\0')
            return;
    }
    query[at + 2] = (uint8_t)record->type;
    query[at + 4] = 1;
    check(ask(zone, query, at + 5, &q) == NO_ERROR);
    check(strcasecmp(q.name, record->name) == 0 && q.type == record->type);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static struct zone zone;
    struct question q;
    size_t size = len > 0 ? data[0] % len : 0;
    if (len < 2)
        return 0;
    FILE *file = fmemopen((void *)(data + 1 + size), len - 1 - size, "r");
    zone.count = 0;
    if (file) {
        check(read_zone(file, &zone) >= 0 && zone.count <= RECORDS_MAX);
        fclose(file);
    }
    ask(&zone, data + 1, size, &q);
    for (size_t i = 0; i < zone.count; i++)
        ask_for(&zone, &zone.records[i]);
    return 0;
}
