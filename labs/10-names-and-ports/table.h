/* table.h - lab 10: the kernel's table of TCP sockets,
 * /proc/net/tcp and tcp6 (proc(5)), a line at a time. */
#ifndef NAMES_TABLE_H
#define NAMES_TABLE_H

#include "addr.h"

/* One socket. `state` is its name in RFC 9293, section 3.3.2, a constant. */
struct row {
    struct endpoint local, remote;
    const char *state;
    unsigned uid;
};

/* Reads a line of either file. Returns false if it
 * is no socket: the first line of each is a heading. */
bool parse_row(const char *line, struct row *row);

/* Returns `name` if it is one of the eleven states, and NULL if not. */
const char *find_state(const char *name);

/* Room for a host name, a colon, a service's name and the final NUL. */
enum { END_TEXT_MAX = 1100 };

/* Writes "www.lab:http" to `text`, or "127.0.0.1:80" if `numeric`, or where there is no name: then
 * it is the digits. IPv6 digits stand in brackets, and port 0 is a *. May ask a DNS server, and
 * wait for it. Returns `text`. Calls getnameinfo(3). */
const char *name_end(const struct endpoint *end, bool numeric, char text[static END_TEXT_MAX]);

#endif
