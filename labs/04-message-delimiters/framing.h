/* framing.h - the three ways to mark where a message ends, and messages as they go on the wire. */
#ifndef SOCKET_LABS_FRAMING_H
#define SOCKET_LABS_FRAMING_H

#include <stdbool.h>
#include <stddef.h>

/* How the receiver finds the end of a message. */
enum framing {
    UNFRAMED,   /* it cannot: the bytes of the messages follow each other without a mark */
    BY_NEWLINE, /* a newline follows each message, so a message cannot contain one */
    BY_LENGTH,  /* its length comes first: 4 bytes, the most significant one first */
};

enum { HEADER_LEN = 4 };

/* Reads "none", "newline" or "length", the values of option -m. Returns false, and leaves *framing
 * alone, for anything else. framing_name goes the other way. */
bool parse_framing(const char *name, enum framing *framing);
const char *framing_name(enum framing framing);

/* The number of bytes that `message` takes on the wire: its own, and those that frame it. */
size_t frame_len(enum framing framing, const char *message);

/* All the messages of a NULL-terminated list as they go on the wire, one after the other. Returns
 * memory that the caller frees, with the number of bytes in *len, or NULL with errno set. */
unsigned char *encode(enum framing framing, char *const messages[], size_t *len);

#endif
