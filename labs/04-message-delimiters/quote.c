/* quote.c - bytes as people can read them; quote.h says what the function promises. */
#include "quote.h"

#include <stdio.h>

const char *quote(const void *data, size_t len, char text[static QUOTE_MAX])
{
    const unsigned char *bytes = data;
    char *end = text;
    *end++ = '"';
    for (size_t i = 0; i < len && i < QUOTE_BYTES; i++) {
        if (bytes[i] == '\n')
            end += sprintf(end, "\\n");
        else if (bytes[i] == '"' || bytes[i] == '\\')
            end += sprintf(end, "\\%c", bytes[i]);
        else if (bytes[i] >= 0x20 && bytes[i] < 0x7f)
            *end++ = (char)bytes[i];
        else
            end += sprintf(end, "\\x%02x", bytes[i]);
    }
    sprintf(end, len > QUOTE_BYTES ? "\"..." : "\"");
    return text;
}
