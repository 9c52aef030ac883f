/* packet.h - the packets that sender and receiver agree on, each in a datagram of its own.
 *
 *     'D' '#' number data    data
 *     'E' '#' number         the end: no packet comes after this one
 *     'A' '#' number         an acknowledgement: everything before `number` has come, in order
 *
 * A number is 16 bits in network byte order, and counts packets; the first one is 0. */
#ifndef SOCKET_LABS_PACKET_H
#define SOCKET_LABS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HEADER_LEN = 4,
    PACKET_MAX = 1472, /* an Ethernet frame's 1500 bytes less the headers of IPv4 and UDP */
    PACKET_TEXT_MAX = 40,
};

struct packet {
    char kind; /* 'D', 'E' or 'A' */
    uint16_t number;
};

/* Writes the header to the first HEADER_LEN bytes of `bytes`. */
void write_packet(unsigned char bytes[static HEADER_LEN], struct packet packet);

/* Reads the header of a datagram of `len` bytes. Returns false if it is no packet. */
bool read_packet(const unsigned char *bytes, size_t len, struct packet *packet);

/* Writes "D 7" to `text`, or "5 bytes" if that is no packet. Returns `text`. */
const char *describe_packet(const unsigned char *bytes, size_t len,
                            char text[static PACKET_TEXT_MAX]);

#endif
