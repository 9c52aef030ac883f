/* decoder.h - cuts a stream of bytes into messages, however the stream arrives in pieces.
 *
 * Pure: no socket, no clock, no allocation. You feed it bytes, and
 * it gives you messages. The same bytes give the same messages,
 * wherever the pieces begin and end. Its memory is what you give it. */
#ifndef SOCKET_LABS_DECODER_H
#define SOCKET_LABS_DECODER_H

#include "framing.h"

#include <stddef.h>
#include <stdint.h>

/* What one call of decode() found. After TOO_LONG, BY_NEWLINE skips to the message after the next
 * newline. BY_LENGTH cannot go on, because a wrong length does not say where the next message
 * begins: every later call returns TOO_LONG again. */
enum decoded {
    NEED_MORE, /* all input is used up, and the message is not complete */
    MESSAGE,   /* message[0..len) is a message, until the next call; it may be empty */
    TOO_LONG,  /* a message is longer than max */
};

/* Where the stream stands. If it ends anywhere but between messages, something is missing. */
enum place { BETWEEN_MESSAGES, IN_HEADER, IN_MESSAGE, UNKNOWN_PLACE };

/* Input that is not used up yet. */
struct chunk {
    const unsigned char *data;
    size_t len;
};

struct decoder {
    enum framing framing;
    enum decoded last;   /* the result of the last call */
    unsigned char *room; /* the caller's, `max` bytes */
    size_t max;
    const unsigned char *message; /* in `room`; UNFRAMED: in the input */
    size_t len;                   /* bytes of this message so far */
    size_t header_len;            /* bytes of its header so far */
    uint32_t size;                /* BY_LENGTH: the length that the header announces */
    unsigned long messages;       /* complete messages so far */
};

/* Begins a stream. `room` has `max` bytes and stays the caller's. */
void start_decoder(struct decoder *d, enum framing framing, void *room, size_t max);

/* Takes bytes from the front of `input` until it has a result. Call it until it returns NEED_MORE,
 * or TOO_LONG with BY_LENGTH. */
enum decoded decode(struct decoder *d, struct chunk *input);

/* Where the stream stands after the bytes so far. UNFRAMED: UNKNOWN_PLACE. */
enum place get_place(const struct decoder *d);

#endif
