/* ordinary.h - sends a datagram by an ordinary socket, with what may be set there. */
#ifndef SOCKET_LABS_ORDINARY_H
#define SOCKET_LABS_ORDINARY_H

#include "addr.h"

#include <stddef.h>

struct message {
    const char *data;
    size_t size; /* if the data are shorter, the letter x fills the rest; if longer, they are cut */
    bool whole;  /* may not be cut into fragments: DF in IPv4 */
};

/* With `options` the packet has one, or with IPv6 an extension header. Returns 0, or -1 with errno:
 * EMSGSIZE if it would have to be cut, and may not. */
int send_message(const struct endpoint *to, const struct message *message, bool options);

#endif
