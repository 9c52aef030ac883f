/* pairs.h - lab 03: two sockets that are connected to each other, over either family. */
#ifndef UNIX_SOCKETS_PAIRS_H
#define UNIX_SOCKETS_PAIRS_H

#include <stdbool.h>

/* Makes two connected stream sockets in this process: over TCP on the loopback, or AF_UNIX. Over
 * TCP small messages leave at once (TCP_NODELAY), for a fair comparison. Returns 0, and the caller
 * closes both ends; or -1 with errno set. Calls socketpair(2), or the functions of net.h. */
int connected_pair(bool tcp, int ends[2]);

/* How many packets the loopback has carried since it came up,
 * from /proc/net/dev (proc(5)); 0 if that cannot be read. */
long loopback_packets(void);

#endif
