/* report.h - what a decoder found, in words. */
#ifndef SOCKET_LABS_REPORT_H
#define SOCKET_LABS_REPORT_H

#include "decoder.h"
#include "quote.h"

/* Room for the longest report: a quoted message, or a sentence with two large numbers. */
enum { REPORT_MAX = QUOTE_MAX + 80 };

/* Writes the result of the last decode() to `text` and returns it: a message with its number and
 * its length, or that one is too long and what happens now. Not for NEED_MORE. */
const char *describe_result(const struct decoder *d, char text[static REPORT_MAX]);

/* The same for the end of the stream: whether it came between messages or inside one. */
const char *describe_end(const struct decoder *d, char text[static REPORT_MAX]);

#endif
