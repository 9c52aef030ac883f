/* prose.h - the same rungs in whole sentences, for who cannot see a drawing: for a screen reader,
 * and for the description of a picture.
 *
 *     Conversation 1 of 1: TCP between client 127.0.0.1:40312 and server 127.0.0.1:5012.
 *     1. The client sends SYN, number 0. The client enters SYN-SENT. The server enters LISTEN.
 *     2. The server sends SYN and ACK, number 0, and acknowledges everything before 1. ...
 *
 * Whatever the frames carry, the text is ASCII without control characters. */
#ifndef SOCKET_LABS_PROSE_H
#define SOCKET_LABS_PROSE_H

#include "story.h"

#include <stdio.h>

enum { PROSE_TEXT_MAX = 800 }; /* room for what tell_rung writes, the final NUL included */

/* Writes the sentences of one rung, without its number. */
const char *tell_rung(const struct flow *flow, const struct rung *rung,
                      char text[static PROSE_TEXT_MAX]);

/* Writes "TCP between client 127.0.0.1:40312 and server 127.0.0.1:5012". */
const char *tell_ends(const struct flow *flow, char text[static PROSE_TEXT_MAX]);

/* The whole capture, a line for each rung. Returns 0, or -1 with errno if writing fails. */
int write_prose(FILE *out, const struct story *story);

#endif
