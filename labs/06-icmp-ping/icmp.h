/* icmp.h - reads and writes ICMP, byte by byte, as RFC 792 (IPv4) and RFC 4443 (IPv6) draw it.
 *
 * Pure: no socket, no clock, no memory of its own. It never reads beyond the end of a packet,
 * whatever the packet contains. All numbers here are in host byte order. */
#ifndef SOCKET_LABS_ICMP_H
#define SOCKET_LABS_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a received packet begins. This depends on the kind and the family of the socket. */
enum form {
    FORM_IP,   /* SOCK_RAW, AF_INET: the IPv4 header comes first (raw(7)) */
    FORM_ICMP, /* SOCK_DGRAM, AF_INET: only ICMP (icmp(7)) */
    FORM_ICMP6 /* AF_INET6, both kinds: ICMPv6; the kernel has verified its checksum (ipv6(7)) */
};

enum { ECHO_HEADER_LEN = 8, IP_HEADER_MIN = 20, PACKET_MAX = 65535 };

/* What a packet means for a program that sends echo requests with an identifier of its own. */
enum verdict {
    REPLY,        /* an answer to one of our requests */
    OWN_REQUEST,  /* one of our requests: on the loopback we receive what we send */
    WRONG_ID,     /* an echo reply with an identifier that is not ours */
    EXPIRED,      /* a router dropped one of our requests: its time to live was used up */
    UNREACHABLE,  /* a router or host could not deliver one of our requests */
    FOREIGN,      /* sound, but not for us: another program's error or request, another type */
    TRUNCATED,    /* ends inside a header, or is shorter than its IP header says */
    BAD_CHECKSUM, /* changed on the way */
};

/* The fields of an IPv4 header that people look at (RFC 791, section 3.1). */
struct ip_fields {
    unsigned version, header_len, total_len, ttl, protocol;
    uint8_t from[4], to[4];
};

/* An ICMP message. If the verdict is TRUNCATED, do not rely on the other fields. */
struct icmp_message {
    enum verdict verdict;
    bool has_ip; /* FORM_IP: ip is set */
    struct ip_fields ip;
    unsigned type, code, checksum;
    unsigned id, seq;    /* of the echo message; EXPIRED, UNREACHABLE: of our request */
    const uint8_t *data; /* points into the packet, after the 8 bytes of header */
    size_t data_len;
    bool has_inner; /* an IPv4 error: inner is the IP header that it quotes */
    struct ip_fields inner;
};

/* The Internet checksum (RFC 1071) of `len` bytes. If they contain a correct checksum, it is 0. */
uint16_t internet_checksum(const void *data, size_t len);

/* Writes an echo request or reply with `len` bytes of data to `packet`, checksum included. `packet`
 * must have room for ECHO_HEADER_LEN + len bytes; `data` may be in its place there already. Returns
 * the length of the message. */
size_t build_echo(uint8_t *packet, unsigned type, unsigned id, unsigned seq, const void *data,
                  size_t len);

/* The type numbers of echo messages in that form. */
unsigned request_type(enum form form);
unsigned reply_type(enum form form);

/* Reads a packet and judges it for a program whose identifier is `own_id`. */
struct icmp_message parse_icmp(const uint8_t *packet, size_t len, enum form form, unsigned own_id);

/* The meaning of an error's type and code, "Time to
 * live exceeded" for instance; a constant string. */
const char *error_text(enum form form, unsigned type, unsigned code);

#endif
