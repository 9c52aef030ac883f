/* text.h - the only two places where nc changes bytes, and each only if it is asked to. */
#ifndef SOCKET_LABS_TEXT_H
#define SOCKET_LABS_TEXT_H

#include <stddef.h>

/* -C: copies `len` bytes from `data` to `out`, and makes of each LF that no CR stands before a CR
 * LF, the line end of the text protocols. `*last` is the byte before these, at first 0. `out` must
 * have room for 2 * len bytes. Returns how many it has written. */
size_t lines_to_crlf(const char *data, size_t len, char *out, unsigned char *last);

/* Where the stream of telnet stands. A command may come in pieces,
 * so this is kept from one call to the next; {0} at first. */
struct telnet {
    enum { IN_DATA, AFTER_IAC, AFTER_VERB, IN_SUB, IN_SUB_AFTER_IAC } where;
    unsigned char verb;
};

/* -t: takes the commands of telnet out of `data`, and leaves the rest. To each
 * offer and each wish of the other side it writes a refusal to `reply`, which needs
 * room for *len + 2 bytes: to WILL it says DONT, to DO it says WONT (RFC 854). To
 * WONT and DONT it says nothing, or two programs could answer each other for ever.
 * *len becomes the length of what is left. Returns the length of the reply. */
size_t refuse_telnet(struct telnet *t, char *data, size_t *len, char *reply);

#endif
