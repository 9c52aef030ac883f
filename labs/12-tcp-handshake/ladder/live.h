/* live.h - frames as they pass an interface. */
#ifndef SOCKET_LABS_LIVE_H
#define SOCKET_LABS_LIVE_H

#include "capture.h"
#include "options.h"

/* Captures, and gives every frame to the output, until SIGINT, SIGTERM, or the output is full; all that
 * the kernel had seen by then has been given. SIGUSR1 tells how much that is so far. `capture` is open
 * afterwards, its counts are final. What fails ends the program (die, in diag.h). */
void capture_frames(const struct options *opt, struct output *out, struct capture *capture);

#endif
