/* place.h - where to listen and where to connect: a TCP address or the path of a Unix socket. To a
 * relay they are the same, because a descriptor is all that it needs. */
#ifndef SOCKET_LABS_PLACE_H
#define SOCKET_LABS_PLACE_H

#include "addr.h"

/* Reads HOST:PORT, or a path, which has a slash in it (./sock). Returns false if it is neither. */
bool parse_place(const char *text, struct endpoint *place);

/* Writes the place to `text`, a path cut to its length. Returns `text`. */
const char *format_place(const struct endpoint *place, char text[static ENDPOINT_TEXT_MAX]);

/* Returns a listening socket that does not wait, or -1 with errno set. The caller closes it, and
 * removes the file of a Unix socket. */
int listen_at(const struct endpoint *place);

/* Begins to connect, and does not wait for the answer: poll reports
 * POLLOUT when it is there, and SO_ERROR says which it is (connect(2),
 * EINPROGRESS). Returns the descriptor, or -1 with errno set. */
int begin_to_connect(const struct endpoint *place);

#endif
