/* fuzz_04_decoder.c - random streams, cut at random, for lab 04's decoder. Whatever the input, it
 * gives the same messages as a plain reading of the whole stream, and never writes beyond its room
 * or reads beyond its input: both are heap blocks of exactly their size, under AddressSanitizer.
 *
 * The first byte of the input chooses the framing, the second the maximum, the third and the fourth
 * how the rest, the stream, is cut. */
// sources: labs/04-message-delimiters/decoder.c
#include "../../labs/04-message-delimiters/decoder.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

/* A record of what a stream gave: for each message 'M', its length and its bytes; 'T' for one that
 * was too long; at the end the place. */
struct record {
    unsigned char *data;
    size_t len;
};

static void put(struct record *r, const void *data, size_t len)
{
    if (len > 0)
        memcpy(r->data + r->len, data, len);
    r->len += len;
}

static void put_message(struct record *r, const void *data, size_t len)
{
    put(r, "M", 1);
    put(r, &len, sizeof len);
    put(r, data, len);
}

static void put_place(struct record *r, enum place place)
{
    put(r, &place, sizeof place);
}

/* What newline framing means, read from the whole stream. */
static void read_lines(struct record *r, const unsigned char *stream, size_t len, size_t max)
{
    for (const unsigned char *end = stream + len, *newline; stream < end; stream = newline + 1) {
        newline = memchr(stream, '\n', (size_t)(end - stream));
        size_t size = (size_t)((newline ? newline : end) - stream);
        if (size > max)
            put(r, "T", 1);
        else if (newline)
            put_message(r, stream, size);
        if (!newline) {
            put_place(r, IN_MESSAGE);
            return;
        }
    }
    put_place(r, BETWEEN_MESSAGES);
}

/* The same for length framing. */
static void read_frames(struct record *r, const unsigned char *stream, size_t len, size_t max)
{
    for (size_t at = 0; at < len;) {
        size_t left = len - at, size = 0;
        for (size_t i = 0; i < HEADER_LEN && left >= HEADER_LEN; i++)
            size = size * 256 + stream[at + i];
        if (left >= HEADER_LEN && size > max)
            put(r, "T", 1);
        if (left < HEADER_LEN || size > max || left - HEADER_LEN < size) {
            put_place(r, left < HEADER_LEN ? IN_HEADER : IN_MESSAGE);
            return;
        }
        put_message(r, stream + at + HEADER_LEN, size);
        at += HEADER_LEN + size;
    }
    put_place(r, BETWEEN_MESSAGES);
}

/* Feeds one piece. Returns false when the decoder has refused the stream. */
static bool feed(struct decoder *d, struct record *r, const unsigned char *piece, size_t len)
{
    unsigned char *copy = malloc(len);
    bool refused = false;
    if (!copy)
        abort();
    memcpy(copy, piece, len);
    struct chunk input = {copy, len};
    for (enum decoded what; !refused && (what = decode(d, &input)) != NEED_MORE;) {
        if (what == MESSAGE)
            put_message(r, d->message, d->len);
        else
            put(r, "T", 1);
        refused = what == TOO_LONG && d->framing == BY_LENGTH;
    }
    if (!refused && input.len != 0)
        abort(); /* it asks for more and has not used what it has */
    free(copy);
    return !refused;
}

/* Pieces of 1 to 32 bytes, from a generator that two bytes of the input seed. */
static void decode_in_pieces(struct record *r, enum framing framing, size_t max, unsigned seed,
                             const unsigned char *stream, size_t len)
{
    struct decoder decoder;
    unsigned char *room = malloc(max);
    if (!room)
        abort();
    start_decoder(&decoder, framing, room, max);
    for (size_t at = 0, piece; at < len; at += piece) {
        seed = seed * 1103515245 + 12345;
        piece = 1 + (seed >> 16) % 32;
        piece = piece < len - at ? piece : len - at;
        if (!feed(&decoder, r, stream + at, piece))
            break;
    }
    put_place(r, get_place(&decoder));
    free(room);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    if (len < 4)
        return 0;
    enum framing framing = data[0] % 2 ? BY_LENGTH : BY_NEWLINE;
    size_t max = data[1] % 64;
    unsigned seed = data[2] * 256U + data[3];
    const unsigned char *stream = data + 4;
    len -= 4;
    /* An empty message has the largest record: for one byte of the stream 'M' and its length. */
    size_t room = (len + 1) * (2 + sizeof(size_t)) + sizeof(enum place);
    struct record plain = {malloc(room), 0}, pieces = {malloc(room), 0};
    if (!plain.data || !pieces.data)
        abort();
    if (framing == BY_NEWLINE)
        read_lines(&plain, stream, len, max);
    else
        read_frames(&plain, stream, len, max);
    decode_in_pieces(&pieces, framing, max, seed, stream, len);
    if (plain.len != pieces.len || memcmp(plain.data, pieces.data, plain.len) != 0)
        abort();
    free(plain.data);
    free(pieces.data);
    return 0;
}
