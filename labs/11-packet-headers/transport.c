/* transport.c - reads TCP, UDP and ICMP headers; transport.h describes the function. */
#include "transport.h"

#include "checksum.h"

#include <netinet/in.h>

static void set_data(struct frame *f, const struct rest *r)
{
    note(r, LAYER_DATA, 0, r->len);
    f->data = r->at;
    f->data_len = r->len;
    f->data_kept = r->kept;
}

/* The ports come first in TCP and in UDP. An ICMP error need not quote more than 8 bytes. */
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
    f->sum = get16(r->at + 16);
    f->checksum = transport_checksum(f, r);
    if (header < 20) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    note(r, LAYER_TCP, 0, header);
    bool whole = has(r, header, f);
    if (whole || f->verdict == FRAME_CUT) { /* without its options it still says what happened */
        size_t kept = whole ? header : r->kept;
        advance(r, kept);
        r->len -= header - kept;
        set_data(f, r);
    }
}

static void parse_udp(struct rest *r, struct frame *f)
{
    if (!parse_ports(r, f))
        return;
    size_t len = get16(r->at + 4);
    if (len == 0 && r->len > 65535)
        len = r->len; /* a jumbogram (RFC 2675), or a giant that the card is to cut */
    if (len < 8 || (len > r->len && !f->fragmented)) {
        f->verdict = FRAME_MALFORMED;
        return;
    }
    if (len < r->len)
        shorten(r, len);
    f->sum = get16(r->at + 6);
    if (f->sum != 0) /* 0: the sender has computed none (RFC 768) */
        f->checksum = transport_checksum(f, r);
    note(r, LAYER_UDP, 0, 8);
    advance(r, 8);
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
    f->sum = get16(r->at + 2);
    f->checksum = transport_checksum(f, r);
    note(r, f->version == 4 ? LAYER_ICMP : LAYER_ICMPV6, 0, 8);
    advance(r, 8);
    set_data(f, r);
}

void parse_transport(struct rest *r, struct frame *f)
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
