/* tell.h - ladder's messages. They go to standard error, so that you can send the drawing to a
 * file. */
#ifndef SOCKET_LABS_TELL_H
#define SOCKET_LABS_TELL_H

#include "../../11-packet-headers/capture.h"
#include "diag.h"
#include "output.h"

/* Prints `ladder: text`. */
void tell(const char *fmt, ...) PRINTF_LIKE;

/* Prints how many frames there are, and how many the kernel had no room for. `now` follows the
 * number. */
void tell_count(const struct capture *capture, const struct output *out, const char *now);

/* Prints how many frames may be drawn as if they had arrived, if any. */
void tell_missed(uint32_t missed);

/* Prints how many checksums do not fit. `live`: in a capture the kernel says which it left to the
 * card, too. */
void tell_checksums(const struct output *out, bool live);

/* Prints how many frames were captured twice, if any. */
void tell_copies(const struct output *out);

/* Prints how many frames are in no ladder, if any. For files only: a wire always has some. */
void tell_undrawn(const struct output *out);

#endif
