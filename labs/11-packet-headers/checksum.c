/* checksum.c - sums of 16-bit words; checksum.h describes each function. */
#include "checksum.h"

#include <netinet/in.h>

uint64_t add_words(uint64_t sum, const uint8_t *at, size_t len)
{
    for (; len > 1; len -= 2, at += 2)
        sum += get16(at);
    return len == 1 ? sum + ((uint64_t)at[0] << 8) : sum;
}

unsigned fold(uint64_t sum)
{
    while (sum > 0xffff)
        sum = (sum >> 16) + (sum & 0xffff);
    return (unsigned)sum;
}

/* If the checksum among the words is right, they add up to all ones. */
static enum checksum judge_sum(uint64_t sum, bool left)
{
    return fold(sum) == 0xffff ? CHECKSUM_RIGHT : left ? CHECKSUM_LEFT : CHECKSUM_WRONG;
}

enum checksum header_checksum(const uint8_t *header, size_t len)
{
    return judge_sum(add_words(0, header, len), get16(header + 10) == 0);
}

/* TCP, UDP and ICMPv6 include a pseudo-header: addresses, protocol and length (RFC 9293, section
 * 3.1; RFC 8200, section 8.1). ICMP for IPv4 does not. */
enum checksum transport_checksum(const struct frame *f, const struct rest *r)
{
    uint64_t sum = 0;
    if (r->kept < r->len || f->fragmented)
        return CHECKSUM_UNKNOWN;
    if (f->protocol != IPPROTO_ICMP) {
        sum = add_words(sum, f->from, sizeof f->from); /* the bytes after an IPv4 address are 0 */
        sum = add_words(sum, f->to, sizeof f->to);
        sum += f->protocol + (r->len >> 16) + (r->len & 0xffff);
    }
    bool ports = f->protocol == IPPROTO_TCP || f->protocol == IPPROTO_UDP;
    bool left = ports && (f->sum == 0 || f->sum == fold(sum));
    return judge_sum(add_words(sum, r->at, r->len), left);
}
