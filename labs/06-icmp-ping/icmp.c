/* icmp.c - the checksum, the echo messages and the parser; icmp.h says what each promises. */
#include "icmp.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

uint16_t internet_checksum(const void *data, size_t len)
{
    const uint8_t *byte = data;
    uint64_t sum = 0;
    for (; len > 1; len -= 2, byte += 2)
        sum += (uint64_t)byte[0] << 8 | byte[1];
    if (len == 1)
        sum += (uint64_t)byte[0] << 8; /* an odd byte counts as if a 0 followed (RFC 1071) */
    while (sum > 0xffff)
        sum = (sum >> 16) + (sum & 0xffff); /* one's complement: add the carry at the low end */
    return (uint16_t)~sum;
}

/* Two bytes as a number: the network sends the more significant one first. */
static unsigned get16(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static void put16(uint8_t *at, unsigned number)
{
    at[0] = (uint8_t)(number >> 8);
    at[1] = (uint8_t)number;
}

unsigned request_type(enum form form)
{
    return form == FORM_ICMP6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
}

unsigned reply_type(enum form form)
{
    return form == FORM_ICMP6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;
}

size_t build_echo(uint8_t *packet, unsigned type, unsigned id, unsigned seq, const void *data,
                  size_t len)
{
    packet[0] = (uint8_t)type;
    packet[1] = 0;        /* code */
    put16(packet + 2, 0); /* the checksum counts as 0 while it is computed */
    put16(packet + 4, id);
    put16(packet + 6, seq);
    memmove(packet + ECHO_HEADER_LEN, data, len);
    put16(packet + 2, internet_checksum(packet, ECHO_HEADER_LEN + len));
    return ECHO_HEADER_LEN + len;
}

/* Reads an IPv4 header. Returns its length, or 0 if the packet is too short for it. */
static size_t parse_ip(const uint8_t *packet, size_t len, struct ip_fields *ip)
{
    if (len < IP_HEADER_MIN)
        return 0;
    ip->version = packet[0] >> 4;
    ip->header_len = (packet[0] & 15U) * 4; /* in words of 4 bytes; options make it longer */
    ip->total_len = get16(packet + 2);
    ip->ttl = packet[8];
    ip->protocol = packet[9];
    memcpy(ip->from, packet + 12, 4);
    memcpy(ip->to, packet + 16, 4);
    bool sound = ip->version == 4 && ip->header_len >= IP_HEADER_MIN && ip->header_len <= len;
    return sound ? ip->header_len : 0;
}

static bool is_expired(enum form form, unsigned type)
{
    return type == (form == FORM_ICMP6 ? ICMP6_TIME_EXCEEDED : ICMP_TIME_EXCEEDED);
}

static bool is_unreachable(enum form form, unsigned type)
{
    if (form == FORM_ICMP6)
        return type == ICMP6_DST_UNREACH || type == ICMP6_PACKET_TOO_BIG ||
               type == ICMP6_PARAM_PROB;
    return type == ICMP_DEST_UNREACH || type == ICMP_PARAMETERPROB;
}

/* An error quotes the packet that it is about: its IP header and at least 8 more bytes, just enough
 * for the identifier and the sequence number (RFC 792). They say if that packet was ours. */
static enum verdict judge_error(struct icmp_message *m, enum form form, unsigned own_id)
{
    size_t header = 40; /* of an IPv6 header: we send no extensions (RFC 8200) */
    if (form != FORM_ICMP6) {
        header = parse_ip(m->data, m->data_len, &m->inner);
        m->has_inner = header > 0;
    }
    if (header == 0 || m->data_len < header + ECHO_HEADER_LEN)
        return TRUNCATED;
    unsigned protocol = form == FORM_ICMP6 ? m->data[6] : m->inner.protocol;
    const uint8_t *echo = m->data + header;
    m->id = get16(echo + 4);
    m->seq = get16(echo + 6);
    if (protocol != (form == FORM_ICMP6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP) ||
        echo[0] != request_type(form) || m->id != own_id)
        return FOREIGN;
    return is_expired(form, m->type) ? EXPIRED : UNREACHABLE;
}

static enum verdict judge(struct icmp_message *m, enum form form, unsigned own_id)
{
    if (is_expired(form, m->type) || is_unreachable(form, m->type))
        return judge_error(m, form, own_id);
    if (m->type == reply_type(form))
        return m->id == own_id ? REPLY : WRONG_ID;
    return m->type == request_type(form) && m->id == own_id ? OWN_REQUEST : FOREIGN;
}

struct icmp_message parse_icmp(const uint8_t *packet, size_t len, enum form form, unsigned own_id)
{
    struct icmp_message m = {.verdict = TRUNCATED};
    if (form == FORM_IP) {
        size_t header = parse_ip(packet, len, &m.ip);
        m.has_ip = header > 0;
        if (header == 0 || m.ip.total_len > len || m.ip.total_len < header)
            return m;
        len = m.ip.total_len - header;
        packet += header;
    }
    if (len < ECHO_HEADER_LEN)
        return m;
    m.type = packet[0];
    m.code = packet[1];
    m.checksum = get16(packet + 2);
    m.id = get16(packet + 4);
    m.seq = get16(packet + 6);
    m.data = packet + ECHO_HEADER_LEN;
    m.data_len = len - ECHO_HEADER_LEN;
    if (form != FORM_ICMP6 && internet_checksum(packet, len) != 0)
        m.verdict = BAD_CHECKSUM;
    else
        m.verdict = judge(&m, form, own_id);
    return m;
}

/* The same words as ping(8) uses, so that a search finds them. */
const char *error_text(enum form form, unsigned type, unsigned code)
{
    static const char *const unreachable4[] = {
        "Destination Net Unreachable",      "Destination Host Unreachable",
        "Destination Protocol Unreachable", "Destination Port Unreachable",
        "Frag needed and DF set",           "Source Route Failed"};
    static const char *const unreachable6[] = {
        "Destination unreachable: No route", "Destination unreachable: Administratively prohibited",
        "Destination unreachable: Beyond scope of source address",
        "Destination unreachable: Address unreachable",
        "Destination unreachable: Port unreachable"};
    if (form == FORM_ICMP6) {
        if (type == ICMP6_DST_UNREACH)
            return code < 5 ? unreachable6[code] : "Destination unreachable";
        if (type == ICMP6_TIME_EXCEEDED)
            return code == 0 ? "Time exceeded: Hop limit"
                             : "Time exceeded: Defragmentation failure";
        return type == ICMP6_PACKET_TOO_BIG ? "Packet too big" : "Parameter problem";
    }
    if (type == ICMP_DEST_UNREACH && code == ICMP_PKT_FILTERED)
        return "Packet filtered";
    if (type == ICMP_DEST_UNREACH)
        return code < 6 ? unreachable4[code] : "Destination Unreachable";
    if (type == ICMP_TIME_EXCEEDED)
        return code == 0 ? "Time to live exceeded" : "Frag reassembly time exceeded";
    return "Parameter problem";
}
