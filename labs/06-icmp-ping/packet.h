/* packet.h - receives packets for ping, with what the kernel says about each of them. */
#ifndef SOCKET_LABS_PACKET_H
#define SOCKET_LABS_PACKET_H

#include "ping_socket.h"

struct packet {
    uint8_t data[PACKET_MAX];
    size_t len;
    struct endpoint from;
    unsigned ttl;        /* the TTL it arrived with, by control message; 0: unknown */
    int64_t at;          /* when it arrived, by wall_clock() */
    bool is_error;       /* from the error queue: data is our own request, `from` the complainer */
    unsigned type, code; /* of that error; type 0: our own kernel's, with an errno value in code */
};

/* Takes a packet that is waiting already. Returns false if there is none. */
bool receive_packet(const struct ping_socket *s, struct packet *p);

/* Nanoseconds since 1970, the clock that the kernel stamps packets with. It may be set back. */
int64_t wall_clock(void);

/* Nanoseconds since some moment in the past. It never goes back (clock_gettime(2)). */
int64_t steady_clock(void);

#endif
