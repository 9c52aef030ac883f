/* frame.c - the parser, header by header; frame.h says what it promises. */
#include "frame.h"

#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

/* What is left to read: `len` bytes were on the wire, of which `kept` are here. */
struct rest {
    const uint8_t *at;
    size_t kept, len;
};

static unsigned get16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* True where the first `n` bytes can be read. If not, the verdict says whose fault that is. */
static bool has(const struct rest *r, size_t n, struct frame *f)
{
    if (n > r->len)
        f->verdict = FRAME_MALFORMED;
    else if (n > r->kept)
        f->verdict = FRAME_CUT;
    return n <= r->kept;
}

static void skip(struct rest *r, size_t n)
{
    r->at += n;
    r->kept -= n;
    r->len -= n;
}

/* Nothing behind `len` bytes is ours: Ethernet fills short frames up. */
static void shorten(struct rest *r, size_t len)
{
    r->len = len;
    if (r->kept > len)
        r->kept = len;
}

/* The sum of 16-bit words that the Internet checksum is made of (RFC 1071). */
static uint64_t add_words(uint64_t sum, const uint8_t *at, size_t len)
{
    for (; len > 1; len -= 2, at += 2)
        sum += get16(at);
    return len == 1 ? sum + ((uint64_t)at[0] << 8) : sum;
}

/* With a right checksum among them, the words add up to all ones. */
static enum checksum judge_sum(uint64_t sum)
{
    while (sum > 0xffff)
        sum = (sum >> 16) + (sum & 0xffff);
    return sum == 0xffff ? CHECKSUM_RIGHT : CHECKSUM_WRONG;
}

/* TCP, UDP and ICMPv6 sum up a pseudo-header too: addresses, protocol and length (RFC 9293, 3.1;
 * RFC 8200, 8.1). ICMP for IPv4 does not. */
static enum checksum transport_checksum(const struct frame *f, const struct rest *r)
{
    uint64_t sum = 0;
    if (r->kept < r->len || f->fragmented)
        return CHECKSUM_UNKNOWN;
    if (f->protocol != IPPROTO_ICMP) {
        sum = add_words(sum, f->from, sizeof f->from); /* what an IPv4 address lacks is 0 */
        sum = add_words(sum, f->to, sizeof f->to);
        sum += f->protocol + (r->len >> 16) + (r->len & 0xffff);
    }
    return judge_sum(add_words(sum, r->at, r->len));
}

static void set_data(struct frame *f, const struct rest *r)
{
    f->data = r->at;
    f->data_len = r->len;
    f->data_kept = r->kept;
}

/* The ports come first in both, and that is all that an ICMP error is sure to quote. */
static bool parse_ports(struct rest *r, struct frame *f)
{
    if (!has(r, 8, f))
        return false;
    f->from_port = (uint16_t)get16(r->at);
    f->to_port = (uint16_t)get16(r->at + 2);
    return true;
}

static void parse_tcp(struct rest *r, struct frame *f)
{
    if (!parse_ports(r, f))
        return;
    f->seq = get32(r->at + 4);
    if (!has(r, 20, f))
        return;
    f->ack = get32(r->at + 8);
    size_t header = (size_t)(r->at[12] >> 4) * 4; /* "data offset", in words of 4 bytes */
    f->flags = r->at[13];
    f->window = get16(r->at + 14);
    f->checksum = transport_checksum(f, r);
    if (header < 20) {
        f->verdict = FRAME_MALFORMED;
    } else if (has(r, header, f)) {
        skip(r, header);
        set_data(f, r);
    }
}

static void parse_udp(struct rest *r, struct frame *f)
{
    if (!parse_ports(r, f))
        return;
    size_t len = get16(r->at + 4);
    if (len == 0 && r->len > 65535)
        len = r->len; /* a jumbogram (RFC 2675), or one not yet cut into pieces */
    if (len < 8 || (len > r->len && !f->fragmented)) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    if (len < r->len)
        shorten(r, len);
    if (get16(r->at + 6) != 0) /* 0: the sender has computed none (RFC 768) */
        f->checksum = transport_checksum(f, r);
    skip(r, 8);
    set_data(f, r);
}

static void parse_icmp(struct rest *r, struct frame *f)
{
    if (!has(r, 8, f))
        return;
    f->type = r->at[0];
    f->code = r->at[1];
    f->id = get16(r->at + 4);
    f->number = get16(r->at + 6);
    f->checksum = transport_checksum(f, r);
    skip(r, 8);
    set_data(f, r);
}

static void parse_transport(struct rest *r, struct frame *f)
{
    f->verdict = FRAME_WHOLE;
    if (f->protocol == IPPROTO_TCP)
        parse_tcp(r, f);
    else if (f->protocol == IPPROTO_UDP)
        parse_udp(r, f);
    else if (f->protocol == (f->version == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
        parse_icmp(r, f);
    else
        set_data(f, r);
}

/* A piece of a packet: only the first has the headers that follow IP's. */
static bool is_later_piece(struct frame *f, unsigned offset, bool more)
{
    f->fragmented = offset > 0 || more;
    if (offset > 0)
        f->verdict = FRAME_FRAGMENT;
    return offset > 0;
}

static void parse_ipv4(struct rest *r, struct frame *f)
{
    if (!has(r, 20, f))
        return;
    size_t header = (size_t)(r->at[0] & 15) * 4;
    size_t total = get16(r->at + 2);
    unsigned fragment = get16(r->at + 6);
    f->ttl = r->at[8];
    f->protocol = r->at[9];
    memcpy(f->from, r->at + 12, 4);
    memcpy(f->to, r->at + 16, 4);
    if (total == 0)
        total = r->len; /* the card, or the loopback, is to cut this giant: it has no length yet */
    if (header < 20 || total < header) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    if (!has(r, header, f))
        return;
    f->ip_checksum = judge_sum(add_words(0, r->at, header));
    if (total > r->len) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    shorten(r, total);
    skip(r, header);
    if (!is_later_piece(f, fragment & 0x1fff, fragment & 0x2000))
        parse_transport(r, f);
}

static bool is_extension(unsigned header)
{
    return header == IPPROTO_HOPOPTS || header == IPPROTO_ROUTING || header == IPPROTO_DSTOPTS ||
           header == IPPROTO_FRAGMENT || header == IPPROTO_AH;
}

/* How long an extension header is, its first 8 bytes given (RFC 8200, 4; RFC 4302, 2.2). */
static size_t extension_len(unsigned header, const uint8_t *at)
{
    if (header == IPPROTO_FRAGMENT)
        return 8;
    return header == IPPROTO_AH ? (size_t)(at[1] + 2) * 4 : (size_t)(at[1] + 1) * 8;
}

static void parse_ipv6(struct rest *r, struct frame *f)
{
    if (!has(r, 40, f))
        return;
    size_t len = get16(r->at + 4);
    f->protocol = r->at[6];
    f->ttl = r->at[7];
    memcpy(f->from, r->at + 8, 16);
    memcpy(f->to, r->at + 24, 16);
    skip(r, 40);
    if (len > r->len) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    if (len > 0) /* 0: a giant, as by IPv4 */
        shorten(r, len);
    while (is_extension(f->protocol)) { /* each is 8 bytes or more: it ends */
        if (!has(r, 8, f))
            return;
        size_t extension = extension_len(f->protocol, r->at);
        if (!has(r, extension, f))
            return;
        unsigned fragment = f->protocol == IPPROTO_FRAGMENT ? get16(r->at + 2) : 0;
        f->protocol = r->at[0];
        skip(r, extension);
        if (fragment != 0 && is_later_piece(f, fragment >> 3, fragment & 1))
            return;
    }
    parse_transport(r, f);
}

static void parse_ip(struct rest *r, struct frame *f)
{
    f->verdict = FRAME_NOT_IP;
    if (!has(r, 1, f))
        return;
    unsigned version = r->at[0] >> 4;
    if (version == 4 || version == 6)
        f->version = version;
    if (version == 4)
        parse_ipv4(r, f);
    else if (version == 6)
        parse_ipv6(r, f);
}

/* The links whose header has an EtherType in it. */
static const struct {
    enum link_type link;
    size_t len, type_at; /* of the header, and of the EtherType in it */
} headers[] = {{LINK_ETHERNET, 14, 12}, {LINK_SLL, 16, 14}, {LINK_SLL2, 20, 0}};

bool knows_link(enum link_type link)
{
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        if (headers[i].link == link)
            return true;
    return link == LINK_RAW || link == LINK_NULL;
}

/* Takes the link's header off. Returns false where what follows is not IP. */
static bool strip_link(enum link_type link, struct rest *r, struct frame *f)
{
    f->verdict = FRAME_NOT_IP;
    if (link == LINK_RAW)
        return true;
    if (link == LINK_NULL) {
        if (!has(r, 4, f))
            return false;
        skip(r, 4); /* which family is told by the packet itself as well */
        return true;
    }
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (headers[i].link != link)
            continue;
        if (!has(r, headers[i].len, f))
            return false;
        unsigned type = get16(r->at + headers[i].type_at);
        skip(r, headers[i].len);
        while (type == ETHERTYPE_VLAN || type == 0x88a8) { /* a tag of 4 bytes (IEEE 802.1Q) */
            if (!has(r, 4, f))
                return false;
            type = get16(r->at + 2);
            skip(r, 4);
        }
        return type == ETHERTYPE_IP || type == ETHERTYPE_IPV6;
    }
    return false;
}

struct frame parse_frame(enum link_type link, const uint8_t *bytes, size_t kept, size_t len)
{
    struct frame f = {.verdict = FRAME_NOT_IP};
    struct rest r = {.at = bytes, .kept = kept < len ? kept : len, .len = len};
    if (strip_link(link, &r, &f))
        parse_ip(&r, &f);
    return f;
}

static bool is_error(const struct frame *f)
{
    if (f->version == 6)
        return f->protocol == IPPROTO_ICMPV6 && f->type < 128; /* errors have the lower half */
    return f->protocol == IPPROTO_ICMP &&
           (f->type == ICMP_DEST_UNREACH || f->type == ICMP_TIME_EXCEEDED ||
            f->type == ICMP_PARAMETERPROB || f->type == ICMP_REDIRECT ||
            f->type == ICMP_SOURCE_QUENCH);
}

bool parse_quote(const struct frame *error, struct frame *quoted)
{
    if (error->version == 0 || error->verdict != FRAME_WHOLE || !is_error(error))
        return false;
    /* The quoted packet was longer than the quote: on its own wire, as long as its header says. */
    *quoted = (struct frame){.verdict = FRAME_NOT_IP};
    struct rest r = {.at = error->data, .kept = error->data_kept, .len = 65535 + 40};
    parse_ip(&r, quoted);
    return quoted->version != 0;
}
