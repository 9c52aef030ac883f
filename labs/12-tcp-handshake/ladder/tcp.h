/* tcp.h - what a TCP frame means for its sender and its receiver (RFC 9293). Pure, as flow.h is. */
#ifndef SOCKET_LABS_TCP_H
#define SOCKET_LABS_TCP_H

#include "flow.h"

/* Takes the flow's next frame, which the side step->from has sent. Updates both sides, and sets the
 * numbers, remarks and states in *step. */
void follow_tcp(struct flow *flow, const struct frame *frame, struct step *step);

#endif
