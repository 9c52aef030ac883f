/* tcp.h - what a TCP frame means for its sender and its receiver (RFC 9293). Pure, as flow.h is. */
#ifndef SOCKET_LABS_TCP_H
#define SOCKET_LABS_TCP_H

#include "flow.h"

/* True if sequence number a comes before b. They wrap, so the shorter way counts (section 3.4). */
bool before(uint32_t a, uint32_t b);

/* How many sequence numbers a frame takes: one for each byte of data, for SYN and for FIN (section
 * 3.4). */
uint32_t sequence_len(const struct frame *frame);

/* Takes the flow's next frame, which the side step->from has sent. Updates both sides, and sets the
 * numbers, remarks and states in *step. */
void follow_tcp(struct flow *flow, const struct frame *frame, struct step *step);

#endif
