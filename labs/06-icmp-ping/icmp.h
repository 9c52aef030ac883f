/* icmp.h - reads and writes ICMP, byte by byte, as RFC 792 (IPv4) and RFC 4443 (IPv6) draw it.
 *
 * Pure: no socket, no clock, no memory of its own. Whatever bytes come, it reads none beyond their
 * end, and says what they are. All numbers are in host byte order here. */
#ifndef SOCKET_LABS_ICMP_H
#define SOCKET_LABS_ICMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a socket gives: its kind and its family decide where the ICMP message begins. */
enum form {
    FORM_IP,   /* SOCK_RAW, AF_INET: the IPv4 header comes first (raw(7)) */
    FORM_ICMP, /* SOCK_DGRAM, AF_INET: ICMP alone (icmp(7)) */
    FORM_ICMP6 /* AF_INET6, both kinds: ICMPv6 alone, its checksum verified by the kernel (ipv6(7)) */
};

enum { ECHO_HEADER_LEN = 8, IP_HEADER_MIN = 20, PACKET_MAX = 65535 };

/* What a packet is, for somebody who sends echo requests with a certain identifier. */
enum verdict {
    REPLY,        /* an answer to one of ours */
    OWN_REQUEST,  /* one of ours itself: on the loopback we hear ourselves */
    WRONG_ID,     /* an echo reply, but with an identifier that is not ours */
    EXPIRED,      /* a router gave up one of ours: its time to live was over */
    UNREACHABLE,  /* a router or host could not deliver one of ours */
    FOREIGN,      /* sound, but none of our business: another's error or request, another type */
    TRUNCATED,    /* it ends in the middle of a header, or before its own length says */
    BAD_CHECKSUM, /* damaged on the way */
};

/* The fields of an IPv4 header that people look at (RFC 791, section 3.1). */
struct ip_fields {
    unsigned version, header_len, total_len, ttl, protocol;
    uint8_t from[4], to[4];
};

/* An ICMP message: how far `verdict` lets one read. TRUNCATED: nothing below is sure. */
struct icmp_message {
    enum verdict verdict;
    bool has_ip; /* FORM_IP: ip is set */
    struct ip_fields ip;
    unsigned type, code, checksum;
    unsigned id, seq;    /* echo messages: their own; EXPIRED, UNREACHABLE: those of our request */
    const uint8_t *data; /* behind the 8 bytes of header, inside the packet */
    size_t data_len;
    bool has_inner; /* an IPv4 error: it quotes the IP header of the packet that it is about */
    struct ip_fields inner;
};

/* The Internet checksum (RFC 1071) of `len` bytes; with a correct checksum inside, it is 0. */
uint16_t internet_checksum(const void *data, size_t len);

/* Writes an echo request or reply with `len` bytes of data to `packet`, which has room for
 * ECHO_HEADER_LEN + len, checksum included. `data` may be where it is to be already. Returns how
 * many bytes it is. */
size_t build_echo(uint8_t *packet, unsigned type, unsigned id, unsigned seq, const void *data,
                  size_t len);

/* The types of echo messages in that form. */
unsigned request_type(enum form form);
unsigned reply_type(enum form form);

/* Reads a packet and says what it is for the owner of `own_id`. */
struct icmp_message parse_icmp(const uint8_t *packet, size_t len, enum form form, unsigned own_id);

/* What an error's type and code say, "Time to live exceeded" for instance; a constant string. */
const char *error_text(enum form form, unsigned type, unsigned code);

#endif
