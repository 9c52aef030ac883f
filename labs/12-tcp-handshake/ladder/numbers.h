/* numbers.h - the sequence numbers of one side of a connection: what it has sent, what is missing
 * of it, and what the other side has acknowledged (RFC 9293, section 3.4). Pure, as flow.h is. */
#ifndef SOCKET_LABS_NUMBERS_H
#define SOCKET_LABS_NUMBERS_H

#include "flow.h"

/* True if sequence number a comes before b. They wrap, so the shorter way counts. */
bool before(uint32_t a, uint32_t b);

/* How many sequence numbers a frame takes: one for each byte of data, for SYN and for FIN. */
uint32_t sequence_len(const struct frame *frame);

/* The number counted from the side's first one; 0 if that is not known. What was sent before the
 * capture began is below 0. */
int64_t relative(const struct side *side, uint32_t number);

/* Counts what `me` has sent. Returns a remark if this frame does not come next. */
unsigned follow_numbers(struct side *me, const struct frame *frame);

/* Takes what `me` acknowledges, and its window. Returns remarks. */
unsigned follow_acks(struct side *me, struct side *other, const struct frame *frame);

#endif
