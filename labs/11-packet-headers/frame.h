/* frame.h - what a captured frame says: the link's header, IPv4 or IPv6, and TCP, UDP or ICMP.
 *
 * Pure: no socket, no clock, no memory of its own. Whatever bytes come, it never reads beyond their
 * end, and it says how far they make sense. Numbers are in host byte order here; addresses stay as
 * they are on the wire. */
#ifndef SOCKET_LABS_FRAME_H
#define SOCKET_LABS_FRAME_H

#include "layers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a frame begins with; the numbers are those of pcap files
 * (www.tcpdump.org/linktypes.html). */
enum link_type {
    LINK_NULL = 0,     /* a protocol family in the byte order of some machine: BSD's loopback */
    LINK_ETHERNET = 1, /* Linux uses it for the loopback too */
    LINK_RAW = 101,    /* the IP packet itself */
    LINK_SLL = 113,    /* Linux "cooked": captured on all interfaces at once */
    LINK_IPV4 = 228,   /* the IP packet itself, of one version only */
    LINK_IPV6 = 229,
    LINK_SLL2 = 276, /* the same, with the interface's number */
};

/* How far a frame can be read. The further down the list, the less you can rely on. */
enum frame_verdict {
    FRAME_WHOLE,     /* all headers are there: every field that its protocol has is set */
    FRAME_FRAGMENT,  /* a later piece of an IP packet: addresses and protocol, no ports */
    FRAME_CUT,       /* the capture kept too little: what it kept is set, the rest is 0 */
    FRAME_MALFORMED, /* its own lengths contradict each other: what comes before that is set */
    FRAME_ARP,       /* asks for the hardware address of an IP address, or answers (RFC 826) */
    FRAME_NOT_IP,    /* something else that we do not read */
};

/* Whether a checksum fits. A sending kernel leaves it to the network card. So a packet that was
 * captured before it left, or on the loopback, which has no card, often has none yet: the field is
 * 0; or, in TCP and UDP, the sum of the pseudo-header, to which the card adds the rest. */
enum checksum { CHECKSUM_UNKNOWN, CHECKSUM_RIGHT, CHECKSUM_WRONG, CHECKSUM_LEFT };

/* The flags of a TCP header (RFC 9293, section 3.1). */
enum tcp_flag {
    TCP_FIN = 1,
    TCP_SYN = 2,
    TCP_RST = 4,
    TCP_PSH = 8,
    TCP_ACK = 16,
    TCP_URG = 32,
    TCP_ECE = 64,
    TCP_CWR = 128,
};

struct frame {
    enum frame_verdict verdict;
    unsigned version;         /* of IP, 4 or 6; 0: not IP */
    uint8_t from[16], to[16]; /* an IPv4 address is in the first 4 bytes, the others are 0 */
    unsigned ttl;             /* IPv6 calls it hop limit */
    unsigned packet_id;       /* IPv4's identification; 0: none */
    unsigned protocol;        /* IPPROTO_TCP for instance, behind all IPv6 extension headers */
    bool fragmented;          /* one piece of several; with FRAME_WHOLE it is the first */
    uint16_t from_port, to_port;
    uint32_t seq, ack;               /* TCP, absolute */
    unsigned flags;                  /* TCP, of enum tcp_flag */
    unsigned window;                 /* TCP, as it is in the header: not scaled */
    unsigned type, code, id, number; /* ICMP; the last two: of an echo message */
    const uint8_t *data;             /* behind the last header, inside the frame */
    size_t data_len;                 /* bytes on the wire, as the headers say */
    size_t data_kept;                /* how many of them are in the capture */
    bool lost;                       /* was dropped. No bytes say that: the caller sets it */
    enum checksum ip_checksum;       /* IPv4's own header checksum */
    enum checksum checksum;          /* of TCP, UDP or ICMP */
    unsigned sum;                    /* that checksum itself */
};

/* Reads a frame of which `len` bytes were on the wire and `kept` were captured: fewer, if the
 * capture was told to keep only the beginning of each frame. */
struct frame parse_frame(enum link_type link, const uint8_t *bytes, size_t kept, size_t len);

/* The same, and notes where each header is. They are inside the frame, one behind the other. */
struct frame parse_layers(enum link_type link, const uint8_t *bytes, size_t kept, size_t len,
                          struct layers *seen);

/* True for TCP and UDP. */
bool has_ports(unsigned protocol);

/* Reads the packet that an ICMP error quotes: its IP header and at least 8 bytes more (RFC 792,
 * RFC 4443), so it is FRAME_CUT as a rule. These bytes hold the ports of TCP and UDP. Returns false
 * if `error` is no such message. */
bool parse_quote(const struct frame *error, struct frame *quoted);

/* The same, and notes where each header of the quoted packet is. */
bool parse_quoted_layers(const struct frame *error, struct frame *quoted, struct layers *seen);

#endif
