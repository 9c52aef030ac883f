/* ping_socket.h - the socket of ping: SOCK_RAW where we may, SOCK_DGRAM otherwise. */
#ifndef SOCKET_LABS_PING_SOCKET_H
#define SOCKET_LABS_PING_SOCKET_H

#include "addr.h"
#include "icmp.h"

struct ping_socket {
    int fd;
    bool raw;       /* SOCK_RAW; otherwise SOCK_DGRAM */
    bool plain;     /* we need no control messages: each packet says enough by itself */
    enum form form; /* how a received packet begins */
    unsigned id;    /* the identifier of our echo messages */
};

/* Opens a SOCK_RAW socket or, if that is forbidden, a SOCK_DGRAM one, and says which and why.
 * `id` is the identifier to use, 0 for any; `ttl` 0 means the system's. Exits 2 on failure. */
struct ping_socket open_ping_socket(int family, unsigned id, unsigned ttl);

/* From now on the kernel notes the time at which each packet arrives (SO_TIMESTAMPNS in socket(7)).
 * Without it, receive_packet notes when the program got the packet, which is a little later. */
void ask_for_timestamps(struct ping_socket *s);

/* Sends what build_echo made, by sendto(2). Returns 0, or -1 with errno set. */
int send_probe(const struct ping_socket *s, const struct endpoint *to, const void *packet,
               size_t len);

/* Prints `ping: what: Operation not permitted [EPERM]`, by errno, on stderr and exits 2: ping(8)
 * keeps status 1 for "no answer came". */
_Noreturn void give_up(const char *what);

#endif
