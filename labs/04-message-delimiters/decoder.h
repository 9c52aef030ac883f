/* decoder.h - cuts a stream of bytes into messages, in whatever pieces the stream comes.
 *
 * Pure: no socket, no clock, no allocation. It is fed bytes and gives messages; the same bytes give
 * the same messages, however they are cut. Its memory is what the caller gives it, once. */
#ifndef SOCKET_LABS_DECODER_H
#define SOCKET_LABS_DECODER_H

#include <stddef.h>
#include <stdint.h>

/* How a message shows where it ends. */
enum framing {
    BY_NEWLINE, /* a newline follows it; it cannot contain one */
    BY_LENGTH,  /* its length precedes it: 4 bytes, the most significant first */
};

enum { HEADER_LEN = 4 };

enum decoded {
    NEED_MORE, /* all input is used up, and the message is not complete */
    MESSAGE,   /* room[0..len) is a message, until the next call; it may be empty */
    TOO_LONG,  /* a message is longer than max. BY_NEWLINE: it is skipped, and the next one comes
                  after its newline. BY_LENGTH: this is the end, since a wrong length tells nothing
                  about where the next message begins; every further call says the same */
};

/* Where in the stream the decoder is. A stream that ends anywhere but between messages was cut. */
enum place { BETWEEN_MESSAGES, IN_HEADER, IN_MESSAGE };

/* Input that is not used up yet. */
struct chunk {
    const unsigned char *data;
    size_t len;
};

struct decoder {
    enum framing framing;
    enum decoded last;   /* what the last call gave */
    unsigned char *room; /* the caller's, `max` bytes */
    size_t max;
    size_t len;        /* bytes of this message that are in room */
    size_t header_len; /* bytes of its header that came */
    uint32_t size;     /* BY_LENGTH: what the header announces */
};

/* Begins a stream. `room` has `max` bytes and stays the caller's. */
void start_decoder(struct decoder *d, enum framing framing, void *room, size_t max);

/* Takes bytes from the front of `input` until it has something to tell. Call it until NEED_MORE, or
 * until TOO_LONG where that is the end. */
enum decoded decode(struct decoder *d, struct chunk *input);

/* Where the stream stands after the bytes so far. */
enum place tell_place(const struct decoder *d);

#endif
