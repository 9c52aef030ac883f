/* name.h - lab 03: from what a person types to the address of a Unix socket (unix(7)). */
#ifndef UNIX_SOCKETS_NAME_H
#define UNIX_SOCKETS_NAME_H

#include "addr.h"

#include <sys/un.h>

/* sun_path has 108 bytes, and a path should end with a NUL in there.
 * Linux takes 108 bytes without one, but a program that reads such
 * an address back gets a string without an end (unix(7), BUGS). */
enum { NAME_MAX_BYTES = sizeof((struct sockaddr_un *)0)->sun_path - 1 };

/* Makes the address for bind(2) and connect(2), with the length that they ask for. "./door" and
 * "/run/door" are paths; "@door" is the abstract name "door", as ss(8) writes it. Returns false for
 * a name that is too long, for "" and for "@"; it never cuts a name short. */
bool make_name(const char *text, struct sockaddr_un *addr, socklen_t *len);

/* The same for the value of -s: a name that make_name
 * refuses is a usage error, as by die_usage(). */
void name_or_die(const char *text, struct sockaddr_un *addr, socklen_t *len);

/* Reads the value of -m, an octal number from 0 to 777; anything else is a usage error. */
long mode_or_die(const char *text);

/* Where the letters of sender and receiver go: to the Unix socket `name`, or, if `udp_port` is not
 * 0, by UDP to that port of 127.0.0.1. Refuses a wrong name as name_or_die() does. */
struct endpoint letters_address(const char *name, uint16_t udp_port);

#endif
