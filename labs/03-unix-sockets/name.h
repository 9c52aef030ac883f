/* name.h - lab 03: from what a person types to the address of a Unix socket (unix(7)).
 * Nothing here prints, exits or leaves memory to free. */
#ifndef UNIX_SOCKETS_NAME_H
#define UNIX_SOCKETS_NAME_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

/* sun_path has 108 bytes, and a path should end in a NUL there: Linux would take 108 bytes without
 * one, but whoever reads such an address back has a string without an end (unix(7), BUGS). */
enum { NAME_MAX_BYTES = sizeof((struct sockaddr_un *)0)->sun_path - 1 };

/* What every program says of a name that make_name refuses. */
#define NAME_RULE "a Unix socket's name has 1 to 107 bytes (sun_path in unix(7)), this one has %zu"

/* Makes the address for bind(2) and connect(2), with the length that they ask for. "./door" and
 * "/run/door" are paths; "@door" is the abstract name "door", as ss(8) writes it. Returns false for
 * a name that is too long, for "" and for "@"; it never cuts one short. */
bool make_name(const char *text, struct sockaddr_un *addr, socklen_t *len);

#endif
