/* layers.h - the headers of a frame, one behind the other, as the parsers of frame.h meet them. */
#ifndef SOCKET_LABS_LAYERS_H
#define SOCKET_LABS_LAYERS_H

#include <stddef.h>
#include <stdint.h>

enum layer_kind {
    LAYER_OTHER, /* a link's header that is not Ethernet's */
    LAYER_ETHERNET,
    LAYER_VLAN,
    LAYER_ARP,
    LAYER_IPV4,
    LAYER_IPV6,
    LAYER_EXTENSION, /* of IPv6 */
    LAYER_FRAGMENT,  /* IPv6's extension header for a piece of a packet */
    LAYER_TCP,
    LAYER_UDP,
    LAYER_ICMP,
    LAYER_ICMPV6,
    LAYER_DATA, /* what no parser reads */
    LAYER_KINDS,
};

/* `len` bytes on the wire; the capture has the first `kept` of them. */
struct layer {
    enum layer_kind kind;
    unsigned number; /* of an extension header, its protocol number */
    const uint8_t *at;
    size_t kept, len;
};

enum { LAYERS_MAX = 24 };

struct layers {
    struct layer layer[LAYERS_MAX]; /* further ones are left out */
    size_t count;
};

#endif
