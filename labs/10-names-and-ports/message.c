/* message.c - reads DNS queries and writes answers; message.h says what each function promises. */
#include "message.h"

#include <arpa/inet.h>
#include <string.h>

/* The header (section 4.1.1): id, flags, and how
 * many questions, answers, authorities, additions. */
enum { HEADER = 12, FLAGS = 2, QUESTIONS = 4, ANSWERS = 6 };

/* In the flags: it is an answer, the server is the authority, the client would like recursion. */
enum { IS_ANSWER = 0x8000, OPCODE = 0x7800, AUTHORITY = 0x0400, RECURSION = 0x0100 };

enum { CLASS_IN = 1, LABEL_MAX = 63, POINTER = 0xc000, TTL_SECONDS = 60 };

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]); /* network byte order: the high byte first */
}

static uint8_t *put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

/* A name is a row of labels, each behind its length; a length of 0
 * ends it (section 3.1). Reads the one at *at and moves *at behind it.
 * A question has no pointers: nothing stands before it to point to. */
static bool read_name(const uint8_t *message, size_t len, size_t *at, char text[NAME_MAX_TEXT])
{
    size_t room = NAME_MAX_TEXT - 1, used = 0;
    while (*at < len && message[*at] != 0) {
        size_t label = message[(*at)++];
        if (label > LABEL_MAX || label > len - *at || used + label + 1 > room)
            return false;
        if (used > 0)
            text[used++] = '.';
        for (size_t i = 0; i < label; i++) {
            uint8_t letter = message[(*at)++];
            if (letter <= ' ' || letter > '~' || letter == '.')
                return false; /* such names exist (RFC 2181), but nobody could print this one */
            text[used++] = (char)letter;
        }
    }
    text[used] = '\0';
    return (*at)++ < len;
}

int parse_query(const uint8_t *query, size_t len, struct question *out)
{
    memset(out, 0, sizeof *out);
    if (len < HEADER || get16(query + FLAGS) & IS_ANSWER)
        return NO_ANSWER; /* answers to answers would never end */
    out->id = get16(query);
    out->end = HEADER;
    if (get16(query + FLAGS) & OPCODE)
        return NOT_IMPLEMENTED;
    size_t at = HEADER;
    if (get16(query + QUESTIONS) != 1 || !read_name(query, len, &at, out->name) || len - at < 4)
        return FORMAT_ERROR;
    out->type = get16(query + at);
    if (get16(query + at + 2) != CLASS_IN)
        return NOT_IMPLEMENTED;
    out->end = at + 4;
    return NO_ERROR;
}

size_t begin_answer(const uint8_t *query, const struct question *q, int result,
                    uint8_t answer[static MESSAGE_MAX])
{
    memset(answer, 0, HEADER);
    put16(answer, q->id);
    uint16_t asked = get16(query + FLAGS) & (OPCODE | RECURSION);
    put16(answer + FLAGS, (uint16_t)(IS_ANSWER | AUTHORITY | asked | result));
    if (q->end == HEADER)
        return HEADER;
    put16(answer + QUESTIONS, 1);
    memcpy(answer + HEADER, query + HEADER, q->end - HEADER);
    return q->end;
}

/* Writes "www.lab" as labels. Returns how many bytes, or 0 if a label is empty or too long. */
static size_t write_name(const char *text, uint8_t out[NAME_MAX_TEXT + 1])
{
    size_t used = 0;
    while (*text != '\0') {
        size_t label = strcspn(text, ".");
        if (label == 0 || label > LABEL_MAX || used + label + 2 > NAME_MAX_TEXT + 1)
            return 0;
        out[used++] = (uint8_t)label;
        memcpy(out + used, text, label);
        used += label;
        text += label;
        text += *text == '.';
    }
    out[used++] = 0;
    return used;
}

static size_t write_value(uint16_t type, const char *text, uint8_t out[NAME_MAX_TEXT + 1])
{
    if (type == TYPE_A)
        return inet_pton(AF_INET, text, out) == 1 ? 4 : 0;
    if (type == TYPE_AAAA)
        return inet_pton(AF_INET6, text, out) == 1 ? 16 : 0;
    return type == TYPE_PTR ? write_name(text, out) : 0;
}

size_t add_record(uint8_t answer[static MESSAGE_MAX], size_t len, uint16_t type, const char *text)
{
    uint8_t value[NAME_MAX_TEXT + 1];
    size_t size = write_value(type, text, value);
    if (size == 0 || len + 12 + size > MESSAGE_MAX)
        return len;
    /* The name has been said in the question, at offset
     * 12. A pointer to it saves bytes (section 4.1.4). */
    uint8_t *at = put16(answer + len, POINTER | HEADER);
    at = put16(at, type);
    at = put16(at, CLASS_IN);
    at = put16(at, 0);
    at = put16(at, TTL_SECONDS);
    at = put16(at, (uint16_t)size);
    memcpy(at, value, size);
    put16(answer + ANSWERS, (uint16_t)(get16(answer + ANSWERS) + 1));
    return len + 12 + size;
}

static const struct type {
    uint16_t number;
    const char *name;
} types[] = {{TYPE_A, "A"}, {TYPE_AAAA, "AAAA"}, {TYPE_PTR, "PTR"}};

const char *type_name(uint16_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].number == type)
            return types[i].name;
    return "another type";
}

uint16_t type_number(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i].name, name) == 0)
            return types[i].number;
    return 0;
}
