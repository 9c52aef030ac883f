/* decoder.c - finds the ends of messages; decoder.h says what each function promises. */
#include "decoder.h"

void start_decoder(struct decoder *d, enum framing framing, void *room, size_t max)
{
    *d = (struct decoder){
        .framing = framing, .last = NEED_MORE, .room = room, .max = max, .message = room};
}

static unsigned char take_byte(struct chunk *input)
{
    input->len--;
    return *input->data++;
}

/* BUG ON PURPOSE: takes what one recv returned for
 * one message. -m newline and -m length cure it. */
static enum decoded decode_chunk(struct decoder *d, struct chunk *input)
{
    d->message = input->data;
    d->len = input->len;
    input->len = 0;
    return d->len > 0 ? MESSAGE : NEED_MORE;
}

static enum decoded decode_line(struct decoder *d, struct chunk *input)
{
    while (input->len > 0) {
        unsigned char byte = take_byte(input);
        if (byte == '\n' && d->len <= d->max)
            return MESSAGE;
        if (byte == '\n')
            d->len = 0; /* the end of the message that was too long: the next one begins here */
        else if (d->len < d->max)
            d->room[d->len++] = byte;
        else if (d->len == d->max) {
            d->len++; /* max + 1 means: skipping. The rest is not kept, so memory is bounded. */
            return TOO_LONG;
        }
    }
    return NEED_MORE;
}

static enum decoded decode_frame(struct decoder *d, struct chunk *input)
{
    while (input->len > 0) {
        unsigned char byte = take_byte(input);
        if (d->header_len < HEADER_LEN) {
            d->size = d->size << 8 | byte; /* right on every machine, unlike a cast to uint32_t * */
            if (++d->header_len < HEADER_LEN)
                continue;
            if (d->size > d->max) /* check it before you use it: the sender may lie */
                return TOO_LONG;
        } else
            d->room[d->len++] = byte;
        if (d->len == d->size)
            return MESSAGE;
    }
    return NEED_MORE;
}

enum decoded decode(struct decoder *d, struct chunk *input)
{
    if (d->last == MESSAGE)
        d->len = d->header_len = 0;
    if (d->framing == UNFRAMED)
        d->last = decode_chunk(d, input);
    else if (d->framing == BY_NEWLINE)
        d->last = decode_line(d, input);
    else if (d->last != TOO_LONG)
        d->last = decode_frame(d, input);
    d->messages += d->last == MESSAGE;
    return d->last;
}

enum place get_place(const struct decoder *d)
{
    if (d->framing == UNFRAMED)
        return UNKNOWN_PLACE;
    if (d->last == MESSAGE)
        return BETWEEN_MESSAGES;
    if (d->framing == BY_NEWLINE)
        return d->len > 0 ? IN_MESSAGE : BETWEEN_MESSAGES;
    if (d->header_len < HEADER_LEN)
        return d->header_len > 0 ? IN_HEADER : BETWEEN_MESSAGES;
    return IN_MESSAGE;
}
