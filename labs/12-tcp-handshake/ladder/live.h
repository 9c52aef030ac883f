/* live.h - frames as they pass an interface. */
#ifndef SOCKET_LABS_LIVE_H
#define SOCKET_LABS_LIVE_H

#include "../../11-packet-headers/capture.h"
#include "options.h"

/* Captures, and gives each frame to the output, until SIGINT or SIGTERM comes or the output is
 * full. By then the output has all that the kernel had seen. SIGUSR1 prints how many frames came so
 * far. Leaves `capture` open, with its final counts. An error ends the program (die, in diag.h). */
void capture_frames(const struct options *opt, struct output *out, struct capture *capture);

#endif
