/* zone.h - lab 10: what the DNS server knows, a file of lines NAME TYPE VALUE [MILLISECONDS]. */
#ifndef NAMES_ZONE_H
#define NAMES_ZONE_H

#include "message.h"

#include <stdio.h>

enum { RECORDS_MAX = 64, VALUE_MAX = 64 };

struct record {
    char name[NAME_MAX_TEXT], value[VALUE_MAX]; /* a value "-": nobody gets an answer */
    uint16_t type;
    int wait_ms;
};

struct zone {
    struct record records[RECORDS_MAX];
    size_t count;
};

/* Reads the file. Returns 0, or the number of the
 * first line that is wrong, or one that is too many. */
int read_zone(FILE *file, struct zone *zone);

/* Answers the question, of `query`, into `answer`. Returns the length of the answer, which is 0 if
 * there is to be none, and sets *wait_ms to how long it is to wait. `said` becomes a word on it,
 * for people: the values, "no such name", "a name without AAAA" or "nothing". */
size_t answer_from(const struct zone *zone, const uint8_t *query, const struct question *q,
                   uint8_t answer[static MESSAGE_MAX], int *wait_ms, char said[static MESSAGE_MAX]);

#endif
