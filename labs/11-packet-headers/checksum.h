/* checksum.h - the Internet checksum of IP, TCP, UDP and ICMP (RFC 1071). */
#ifndef SOCKET_LABS_CHECKSUM_H
#define SOCKET_LABS_CHECKSUM_H

#include "rest.h"

/* Adds words of 16 bits, in network byte order, to a sum; half a word counts as its first half. */
uint64_t add_words(uint64_t sum, const uint8_t *at, size_t len);

/* Adds what is above 16 bits to the rest, until nothing is. The complement is the checksum. */
unsigned fold(uint64_t sum);

/* Whether the checksum in a header of IPv4 fits its `len` bytes. */
enum checksum header_checksum(const uint8_t *header, size_t len);

/* Whether the checksum of TCP, UDP or ICMP fits. `r` begins with that header, `f` has the
 * addresses, the protocol and the checksum. CHECKSUM_UNKNOWN if the packet is not all there. */
enum checksum transport_checksum(const struct frame *f, const struct rest *r);

#endif
