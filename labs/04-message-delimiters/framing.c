/* framing.c - puts messages on the wire; framing.h says what each function promises. */
#include "framing.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"none", "newline", "length"};

bool parse_framing(const char *name, enum framing *framing)
{
    for (enum framing f = UNFRAMED; f <= BY_LENGTH; f++)
        if (strcmp(name, names[f]) == 0) {
            *framing = f;
            return true;
        }
    return false;
}

const char *framing_name(enum framing framing)
{
    return names[framing];
}

size_t frame_len(enum framing framing, const char *message)
{
    size_t len = strlen(message);
    if (framing == BY_LENGTH)
        return HEADER_LEN + len;
    return framing == BY_NEWLINE ? len + 1 : len;
}

/* Network byte order by shifting, which is right on every machine; htonl(3) does the same. */
static unsigned char *put_length(unsigned char *to, size_t len)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (unsigned char)(len >> shift);
    return to;
}

unsigned char *encode(enum framing framing, char *const messages[], size_t *len)
{
    *len = 0;
    for (size_t i = 0; messages[i]; i++)
        *len += frame_len(framing, messages[i]);
    unsigned char *stream = malloc(*len + 1); /* malloc(0) may return NULL without an error */
    if (!stream)
        return NULL;
    for (unsigned char *to = stream; *messages; messages++) {
        size_t size = strlen(*messages);
        if (framing == BY_LENGTH)
            to = put_length(to, size);
        to = (unsigned char *)memcpy(to, *messages, size) + size;
        if (framing == BY_NEWLINE)
            *to++ = '\n';
    }
    return stream;
}
