/* tell.h - what ladder says beside its drawing. It goes to standard error, so that the drawing can go to
 * a file. */
#ifndef SOCKET_LABS_TELL_H
#define SOCKET_LABS_TELL_H

#include "capture.h"
#include "diag.h"
#include "output.h"

/* Prints `ladder: text`. */
void tell(const char *fmt, ...) PRINTF_LIKE;

/* How many frames that are, and how many the kernel had no room for; `now` stands behind the number. */
void tell_count(const struct capture *capture, const struct output *out, const char *now);

/* Which checksums do not fit. `live` says that the kernel told which it had left to the card. */
void tell_checksums(const struct output *out, bool live);

/* How many frames are in no ladder, if any: a wire always has some of them, but who reads a file wants to
 * know why there is nothing. */
void tell_undrawn(const struct output *out);

#endif
