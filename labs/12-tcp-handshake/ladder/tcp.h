/* tcp.h - what a TCP frame means to the two sides that it passes between (RFC 9293). Pure, as flow.h. */
#ifndef SOCKET_LABS_TCP_H
#define SOCKET_LABS_TCP_H

#include "flow.h"

/* True when sequence number a comes before b. They wrap: the shorter way counts (section 3.4). */
bool before(uint32_t a, uint32_t b);

/* How many sequence numbers a frame takes: its data, and one each for SYN and FIN (section 3.4). */
uint32_t sequence_len(const struct frame *frame);

/* Takes the flow's next frame, sent by the side step->from: what the numbers say, which states the
 * sides are in then. Sets everything else in *step. */
void follow_tcp(struct flow *flow, const struct frame *frame, struct step *step);

#endif
