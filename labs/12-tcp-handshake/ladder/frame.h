/* frame.h - what is in a captured frame: the link's header, IPv4 or IPv6, TCP, UDP or ICMP.
 *
 * Pure: no socket, no clock, no memory of its own. Whatever bytes come, it reads none beyond their
 * end, and says how far they make sense. All numbers are in host byte order here; addresses stay as
 * they are on the wire. */
#ifndef SOCKET_LABS_FRAME_H
#define SOCKET_LABS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a frame begins with; the numbers are those of pcap files (www.tcpdump.org/linktypes.html). */
enum link_type {
    LINK_NULL = 0,     /* a protocol family in the byte order of some machine: BSD's loopback */
    LINK_ETHERNET = 1, /* also what Linux gives for its loopback */
    LINK_RAW = 101,    /* the IP packet itself */
    LINK_SLL = 113,    /* Linux "cooked": captured on all interfaces at once */
    LINK_SLL2 = 276,   /* the same, with the interface's number */
};

/* How far a frame can be read. Each later one leaves less to rely on. */
enum frame_verdict {
    FRAME_WHOLE,     /* all headers are there: every field that its protocol has is set */
    FRAME_FRAGMENT,  /* a later piece of an IP packet: addresses and protocol, no ports */
    FRAME_CUT,       /* the capture kept too little; what it kept is set, the rest is 0 */
    FRAME_MALFORMED, /* its own lengths contradict each other; so far as they do not, it is set */
    FRAME_NOT_IP,    /* ARP, or something else that we do not read */
};

/* Whether a checksum fits. A sending kernel leaves it to the network card, so a packet that was
 * captured before it left, or on the loopback where none is, often has none yet. */
enum checksum { CHECKSUM_UNKNOWN, CHECKSUM_RIGHT, CHECKSUM_WRONG };

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
    uint8_t from[16], to[16]; /* an IPv4 address has the first 4 bytes, the others are 0 */
    unsigned ttl;             /* IPv6 calls it hop limit */
    unsigned protocol;        /* IPPROTO_TCP for instance, behind all IPv6 extension headers */
    bool fragmented;          /* one piece of several; with FRAME_WHOLE it is the first */
    uint16_t from_port, to_port;
    uint32_t seq, ack;               /* TCP, absolute */
    unsigned flags;                  /* TCP, of enum tcp_flag */
    unsigned window;                 /* TCP, as it is in the header: not scaled */
    unsigned type, code, id, number; /* ICMP; the last two: of an echo message */
    const uint8_t *data;             /* behind the last header, inside the frame */
    size_t data_len;                 /* bytes, as the headers tell: on the wire */
    size_t data_kept;                /* of those, how many are in the capture */
    enum checksum ip_checksum;       /* IPv4's own header checksum */
    enum checksum checksum;          /* of TCP, UDP or ICMP */
};

/* Whether parse_frame can read frames of that link type. */
bool knows_link(enum link_type link);

/* Reads a frame of which `kept` bytes were captured and `len` were on the wire; `kept` may be less,
 * where the capture was told to keep less. */
struct frame parse_frame(enum link_type link, const uint8_t *bytes, size_t kept, size_t len);

/* Reads the packet that an ICMP error quotes: its IP header and what follows of it, 8 bytes or more
 * (RFC 792, RFC 4443), so that it is FRAME_CUT as a rule. The ports of TCP and UDP are among them.
 * Returns false where `error` is no such message. */
bool parse_quote(const struct frame *error, struct frame *quoted);

#endif
