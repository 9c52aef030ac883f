/* net.h - opens either end of a TCP connection by one call. Lab 01 makes each of these calls
 * itself; the labs after it use this. With -v each system call is printed with its result. */
#ifndef SOCKET_LABS_NET_H
#define SOCKET_LABS_NET_H

#include "addr.h"

/* Returns the address of `host` (a name, IPv4 or IPv6) with `port`. If there is none, prints why
 * and exits 1. Calls resolve() of addr.h, and so getaddrinfo(3), which lab 10 shows. */
struct endpoint resolve_or_die(const char *host, uint16_t port);

/* The passive open: a socket that listens at `where`. Calls socket(2),
 * setsockopt(2) with SO_REUSEADDR (lab 05 shows why), bind(2) and
 * listen(2) (lab 01). Returns the listening descriptor, which the caller
 * closes, or -1 with errno set: EADDRINUSE, EACCES, EADDRNOTAVAIL ... */
int tcp_listen(const struct endpoint *where);

/* The active open: a socket connected to `server`, with a local port that the kernel chooses.
 * Calls socket(2) and connect(2) (lab 01). Returns the descriptor, which the caller closes, or -1
 * with errno set: ECONNREFUSED, ETIMEDOUT, EINTR ... */
int tcp_connect(const struct endpoint *server);

/* Waits for the next client. Calls accept(2) (lab 01), and again if a client
 * left the queue before its turn (ECONNABORTED) or a signal interrupted the call
 * (EINTR), until `stop` of io.h is set. Returns the connection's descriptor,
 * which the caller closes, and stores its other end in *client, unless that is
 * NULL. Or returns -1 with errno set: EINTR if the program was asked to stop. */
int accept_client(int listen_fd, struct endpoint *client);

#endif
