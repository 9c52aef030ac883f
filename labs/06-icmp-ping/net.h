/* net.h - the socket of ping: opened as one kind or the other, sending probes, receiving packets. */
#ifndef SOCKET_LABS_NET_H
#define SOCKET_LABS_NET_H

#include "addr.h"
#include "icmp.h"

struct echo_socket {
    int fd;
    bool raw;       /* SOCK_RAW, or else SOCK_DGRAM */
    bool plain;     /* a packet is all that it gives, with nothing beside it */
    enum form form; /* of what it receives */
    unsigned id;    /* of the echo messages that are ours */
};

struct packet {
    uint8_t data[PACKET_MAX];
    size_t len;
    struct endpoint from;
    unsigned ttl;        /* hops that it had left; 0: unknown */
    int64_t at;          /* when it came, as by wall_clock() */
    bool is_error;       /* from the error queue: data is our own request, from who complains */
    unsigned type, code; /* of that complaint; type 0: our own kernel's, and errno is in code */
};

/* Opens a SOCK_RAW socket, or if that is forbidden SOCK_DGRAM, and tells which and why. `id` is the
 * identifier, 0 for any; ttl 0 is the system's. Ends the program where there is neither. */
void open_echo_socket(struct echo_socket *s, int family, unsigned id, unsigned ttl);

/* From now on the kernel notes when a packet came: the program is told later, when it is scheduled.
 * It costs both a little; without it `at` is when the program received the packet. */
void ask_for_timestamps(struct echo_socket *s);

/* Sends what build_echo made. Returns 0, or -1 with errno. */
int send_probe(const struct echo_socket *s, const struct endpoint *to, const void *packet,
               size_t len);

/* Takes a packet that is there already. Returns false when there is none. */
bool receive_packet(const struct echo_socket *s, struct packet *p);

/* Nanoseconds since 1970, as kernels stamp packets; and since some point, never set back. */
int64_t wall_clock(void);
int64_t steady_clock(void);

/* Prints `ping: what: Operation not permitted [EPERM]`, by errno, on stderr and exits 2, as ping(8)
 * does for anything but an answer that did not come. */
_Noreturn void give_up(const char *what);

#endif
