/* rest.h - the part of a frame that is still to be read, for the parsers of frame.h. */
#ifndef SOCKET_LABS_REST_H
#define SOCKET_LABS_REST_H

#include "frame.h"
#include "layers.h"

/* `len` bytes were on the wire; the capture has the first `kept` of them. */
struct rest {
    const uint8_t *at;
    size_t kept, len;
    struct layers *seen; /* where to note each header; or NULL */
};

/* Read a number in network byte order, of 16 or of 32 bits. */
static inline unsigned get16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static inline uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* True if the first `n` bytes can be read. If not, sets the verdict: the frame is too short itself,
 * or the capture has cut it. */
static inline bool has(const struct rest *r, size_t n, struct frame *f)
{
    if (n > r->len)
        f->verdict = FRAME_MALFORMED;
    else if (n > r->kept)
        f->verdict = FRAME_CUT;
    return n <= r->kept;
}

/* Notes that the next `len` bytes are a header of this kind; fewer, if the frame ends before. */
static inline void note(const struct rest *r, enum layer_kind kind, unsigned number, size_t len)
{
    if (!r->seen || r->seen->count == LAYERS_MAX)
        return;
    if (len > r->len)
        len = r->len;
    r->seen->layer[r->seen->count++] = (struct layer){.kind = kind,
                                                      .number = number,
                                                      .at = r->at,
                                                      .kept = len < r->kept ? len : r->kept,
                                                      .len = len};
}

/* Moves on past the first `n` bytes, which has() has found. */
static inline void advance(struct rest *r, size_t n)
{
    r->at += n;
    r->kept -= n;
    r->len -= n;
}

/* Leaves out all after the first `len` bytes: Ethernet pads short frames. */
static inline void shorten(struct rest *r, size_t len)
{
    r->len = len;
    if (r->kept > len)
        r->kept = len;
}

#endif
