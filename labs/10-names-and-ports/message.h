/* message.h - lab 10: DNS messages as RFC 1035 has
 * them, section 4.1. Nothing here needs a socket. */
#ifndef NAMES_MESSAGE_H
#define NAMES_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message by UDP has at most 512 bytes (section
 * 4.2.1). A name in text has at most 253 and the NUL. */
enum { MESSAGE_MAX = 512, NAME_MAX_TEXT = 254 };

/* Types of records: section 3.2.2, and RFC 3596 for AAAA. */
enum { TYPE_A = 1, TYPE_PTR = 12, TYPE_AAAA = 28 };

/* How an answer ends: section 4.1.1, RCODE. NO_ANSWER is ours: it says nothing at all. */
enum { NO_ERROR = 0, FORMAT_ERROR = 1, NO_SUCH_NAME = 3, NOT_IMPLEMENTED = 4, NO_ANSWER = -1 };

/* What somebody asks. `end` is the offset behind the
 * question: what an answer repeats ends there. */
struct question {
    uint16_t id, type;
    char name[NAME_MAX_TEXT]; /* "www.lab", without the last dot */
    size_t end;
};

/* Reads a query of `len` bytes. Returns NO_ERROR; FORMAT_ERROR or
 * NOT_IMPLEMENTED, which the answer shall say; or NO_ANSWER for what
 * is no query at all, and for one whose end is cut off in the header. */
int parse_query(const uint8_t *query, size_t len, struct question *out);

/* Writes the beginning of the answer to `answer`: the header with this result, and the question as
 * it was. Returns the length so far. For FORMAT_ERROR it is the header alone. */
size_t begin_answer(const uint8_t *query, const struct question *q, int result,
                    uint8_t answer[static MESSAGE_MAX]);

/* Adds a record to an answer that has `len` bytes so far: the address
 * in `text` for A and AAAA, the name for PTR. Returns the new length,
 * or `len` if the text is no such value, or if there is no room. */
size_t add_record(uint8_t answer[static MESSAGE_MAX], size_t len, uint16_t type, const char *text);

/* Returns "A", "AAAA", "PTR", or "another type". And the number of one of the three, or 0. */
const char *type_name(uint16_t type);
uint16_t type_number(const char *name);

#endif
