/* ip.c - reads IPv4 and IPv6 headers; ip.h describes the function. */
#include "ip.h"

#include "checksum.h"
#include "transport.h"

#include <netinet/in.h>
#include <string.h>

/* True for a fragment that is not the first: only the first has the header that follows IP's. */
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
    f->packet_id = get16(r->at + 4);
    f->ttl = r->at[8];
    f->protocol = r->at[9];
    memcpy(f->from, r->at + 12, 4);
    memcpy(f->to, r->at + 16, 4);
    if (total == 0)
        total = r->len; /* a giant, not yet cut into packets by the card: it has no length yet */
    if (header < 20 || total < header) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    note(r, LAYER_IPV4, 0, header);
    if (!has(r, header, f))
        return;
    f->ip_checksum = header_checksum(r->at, header);
    if (total > r->len) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    shorten(r, total);
    advance(r, header);
    if (is_later_piece(f, fragment & 0x1fff, fragment & 0x2000))
        note(r, LAYER_DATA, 0, r->len);
    else
        parse_transport(r, f);
}

static bool is_extension(unsigned header)
{
    return header == IPPROTO_HOPOPTS || header == IPPROTO_ROUTING || header == IPPROTO_DSTOPTS ||
           header == IPPROTO_FRAGMENT || header == IPPROTO_AH;
}

/* The length of an extension header, from its first 8 bytes (RFC 8200, section 4; RFC 4302,
 * 2.2). */
static size_t extension_len(unsigned header, const uint8_t *at)
{
    if (header == IPPROTO_FRAGMENT)
        return 8;
    return header == IPPROTO_AH ? (size_t)(at[1] + 2) * 4 : (size_t)(at[1] + 1) * 8;
}

/* Skips the extension headers. Returns false if the transport's header cannot be reached. */
static bool skip_extensions(struct rest *r, struct frame *f)
{
    while (is_extension(f->protocol)) { /* each has 8 bytes or more, so this comes to an end */
        if (!has(r, 8, f))
            return false;
        size_t len = extension_len(f->protocol, r->at);
        if (!has(r, len, f))
            return false;
        note(r, f->protocol == IPPROTO_FRAGMENT ? LAYER_FRAGMENT : LAYER_EXTENSION, f->protocol,
             len);
        unsigned fragment = f->protocol == IPPROTO_FRAGMENT ? get16(r->at + 2) : 0;
        f->protocol = r->at[0];
        advance(r, len);
        if (fragment != 0 && is_later_piece(f, fragment >> 3, fragment & 1)) {
            note(r, LAYER_DATA, 0, r->len);
            return false;
        }
    }
    return true;
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
    note(r, LAYER_IPV6, 0, 40);
    advance(r, 40);
    if (len > r->len) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    if (len > 0) /* 0: a giant, as in IPv4 */
        shorten(r, len);
    if (skip_extensions(r, f))
        parse_transport(r, f);
}

void parse_ip(struct rest *r, struct frame *f)
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
