/* ends.h - the two ends of a conversation in words. Nothing here prints, allocates or exits. */
#ifndef SOCKET_LABS_ENDS_H
#define SOCKET_LABS_ENDS_H

#include "flow.h"

/* Room for what any of these functions writes, the final NUL included. */
enum { END_TEXT_MAX = 64 };

/* "client" for the side that began, "server" for the other one; "" in ICMP, which has neither, and
 * for a socket that is connected to itself. */
const char *end_name(const struct flow *flow, unsigned side);

/* Writes "127.0.0.1" or "::1". */
const char *format_address(unsigned version, const uint8_t address[static 16],
                           char text[static END_TEXT_MAX]);

/* Writes a side's address and port: "127.0.0.1:40312", "[::1]:40312"; in ICMP, which has no ports,
 * "::1". */
const char *format_end(const struct flow *flow, unsigned side, char text[static END_TEXT_MAX]);

/* The same with the side's name before it, if it has one: "client 127.0.0.1:40312". */
const char *format_named_end(const struct flow *flow, unsigned side,
                             char text[static END_TEXT_MAX]);

/* Writes the address of the router that sent an ICMP error. Returns "" if one of the two ends sent
 * it, and for every other frame. */
const char *format_router(const struct flow *flow, const struct frame *frame,
                          const struct step *step, char text[static END_TEXT_MAX]);

#endif
