/* quote.h - bytes as people can read them. */
#ifndef SOCKET_LABS_QUOTE_H
#define SOCKET_LABS_QUOTE_H

#include <stddef.h>

/* Of more bytes than QUOTE_BYTES the rest is left out. A byte takes 4 characters at most, and the
 * quotes, three dots and the final NUL 6. */
enum { QUOTE_BYTES = 40, QUOTE_MAX = 4 * QUOTE_BYTES + 6 };

/* Writes the bytes as a C string constant, "\x00\x00\x00\x03yes\n" for instance, to `text` and
 * returns it; "..." after the last quote says that bytes were left out. */
const char *quote(const void *data, size_t len, char text[static QUOTE_MAX]);

#endif
