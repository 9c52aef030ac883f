/* raw.h - sends what an ordinary socket would not. All need CAP_NET_RAW. */
#ifndef SOCKET_LABS_RAW_H
#define SOCKET_LABS_RAW_H

#include <netinet/in.h>

/* What becomes of a UDP datagram whose checksum was right. */
enum damage {
    DAMAGE_NONE,
    DAMAGE_SWAP,  /* its second and fourth word of 16 bits change places: 8 bytes of data or more */
    DAMAGE_DIGIT, /* its third byte is another one: 3 bytes or more */
    DAMAGE_NO_SUM /* it has no checksum */
};

/* Each returns 0, or -1 with errno. */
int send_udp(const struct sockaddr_in *to, const char *data, enum damage damage);
int send_flags(const struct sockaddr_in *to);
int send_vlan(const char *interface, unsigned tag, const char *data);

#endif
