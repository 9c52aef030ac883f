/* input.h - where dissect gets its frames: from a file, or from an interface. */
#ifndef SOCKET_LABS_INPUT_H
#define SOCKET_LABS_INPUT_H

#include "view.h"

/* Shows the first `count` frames of a capture file; "-" is standard input. Returns the exit status:
 * EXIT_FAILURE if the file ends inside a frame. Other errors end the program (die, in diag.h). */
int read_file(const char *name, struct view *view, unsigned long long count);

/* Shows the next `count` frames of an interface, until SIGINT or SIGTERM comes. */
int read_interface(const char *name, struct view *view, unsigned long long count);

#endif
