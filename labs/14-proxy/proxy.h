/* proxy.h - the PROXY protocol, version 1: one line before all else, by which
 * a relay tells the server who the client is
 * (https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt, section 2.1). */
#ifndef SOCKET_LABS_PROXY_H
#define SOCKET_LABS_PROXY_H

#include "addr.h"

enum { PROXY_LINE_MAX = 108 }; /* the longest line has 107 bytes, its CR and LF included */

/* Writes the line for a client that has connected to `here`. Returns its length. If they are not
 * TCP addresses, it is PROXY UNKNOWN. */
size_t proxy_line(const struct endpoint *client, const struct endpoint *here,
                  char line[static PROXY_LINE_MAX]);

/* Reads a line, without its CR and LF, and writes the client's address to `client` as
 * format_endpoint does, or "unknown". Returns false if it is no such line. */
bool read_proxy_line(const char *line, char client[static ENDPOINT_TEXT_MAX]);

#endif
