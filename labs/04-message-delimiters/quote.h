/* quote.h - bytes as people can read them. */
#ifndef SOCKET_LABS_QUOTE_H
#define SOCKET_LABS_QUOTE_H

#include <stddef.h>

/* Only the first QUOTE_BYTES bytes are shown. Each takes at most
 * 4 characters; the quotes, three dots and the final NUL take 6. */
enum { QUOTE_BYTES = 40, QUOTE_MAX = 4 * QUOTE_BYTES + 6 };

/* Writes the bytes as a C string constant, "\x00\x00\x00\x03yes\n" for instance, to `text` and
 * returns it. "..." after the closing quote means that bytes were left out. */
const char *quote(const void *data, size_t len, char text[static QUOTE_MAX]);

#endif
