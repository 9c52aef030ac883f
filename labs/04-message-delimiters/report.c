/* report.c - what a decoder found, in words; report.h says what each function promises. */
#include "report.h"

#include <ctype.h>
#include <stdio.h>

/* Somebody who speaks another protocol begins with text. Its first four bytes, read as a length,
 * are a large number. So if all four are printable, this shows them as text. */
static const char *describe_length(uint32_t size, char text[static QUOTE_MAX])
{
    unsigned char bytes[HEADER_LEN];
    char quoted[QUOTE_MAX];
    *text = '\0';
    for (int i = HEADER_LEN - 1; i >= 0; i--, size >>= 8) {
        bytes[i] = (unsigned char)size;
        if (!isprint(bytes[i]))
            return text;
    }
    snprintf(text, QUOTE_MAX, " (these 4 bytes are %s)", quote(bytes, sizeof bytes, quoted));
    return text;
}

const char *describe_result(const struct decoder *d, char text[static REPORT_MAX])
{
    char quoted[QUOTE_MAX];
    if (d->last == MESSAGE)
        snprintf(text, REPORT_MAX, "message %lu, length %zu: %s", d->messages, d->len,
                 quote(d->message, d->len, quoted));
    else if (d->framing == BY_LENGTH)
        snprintf(text, REPORT_MAX, "%u bytes announced%s, at most %zu allowed: closing", d->size,
                 describe_length(d->size, quoted), d->max);
    else
        snprintf(text, REPORT_MAX, "a message of more than %zu bytes: skipping to its newline",
                 d->max);
    return text;
}

const char *describe_end(const struct decoder *d, char text[static REPORT_MAX])
{
    enum place place = get_place(d);
    if (place == UNKNOWN_PLACE)
        snprintf(text, REPORT_MAX,
                 "end of stream: nobody can tell whether the last message was whole");
    else if (place == BETWEEN_MESSAGES)
        snprintf(text, REPORT_MAX, "end of stream between messages, %lu came", d->messages);
    else if (place == IN_HEADER)
        snprintf(text, REPORT_MAX, "end of stream inside a header: %zu of %d bytes came",
                 d->header_len, HEADER_LEN);
    else if (d->framing == BY_LENGTH)
        snprintf(text, REPORT_MAX, "end of stream inside a message: %zu of %u bytes came", d->len,
                 d->size);
    else
        snprintf(text, REPORT_MAX, "end of stream inside a message: no newline came");
    return text;
}
