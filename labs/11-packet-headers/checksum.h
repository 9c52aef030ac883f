/* checksum.h - the Internet checksum of IP, TCP, UDP and ICMP (RFC 1071). */
#ifndef SOCKET_LABS_CHECKSUM_H
#define SOCKET_LABS_CHECKSUM_H

#include "rest.h"

/* Whether the checksum in a header of IPv4 fits its `len` bytes. */
enum checksum header_checksum(const uint8_t *header, size_t len);

/* Whether the checksum of TCP, UDP or ICMP fits. `r` begins with that header, `f` has the
 * addresses, the protocol and the checksum. CHECKSUM_UNKNOWN if the packet is not all there. */
enum checksum transport_checksum(const struct frame *f, const struct rest *r);

#endif
