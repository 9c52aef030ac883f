/* listen.h - lab 10: one listening socket, or several, for what is one server to its clients. */
#ifndef NAMES_LISTEN_H
#define NAMES_LISTEN_H

#include <poll.h>
#include <stdbool.h>

enum { LISTENERS_MAX = 8 };

/* Opens a listening socket for each address of `host`. Returns how
 * many. If one of them cannot be opened, prints why and exits 1. */
nfds_t listen_at(const char *host, const char *service, struct pollfd listeners[LISTENERS_MAX]);

/* The same for every address of the machine, in one of these ways (ipv6(7)):
 *   one    one socket at [::], with IPV6_V6ONLY off: IPv4 clients come as ::ffff:...
 *   only   one at [::], with IPV6_V6ONLY on: no IPv4 clients
 *   two    this one, and one at 0.0.0.0
 *   clash  both of them, with IPV6_V6ONLY off. BUG ON PURPOSE: they want the same IPv4 port */
nfds_t listen_everywhere(const char *mode, const char *service,
                         struct pollfd listeners[LISTENERS_MAX]);

/* Is this one of the four? */
bool is_mode(const char *mode);

#endif
