/* judge.h - which answer is about our probe? The variants
 * differ in how they wait for answers, not in this. */
#ifndef JUDGE_H
#define JUDGE_H

#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <string.h>

/* Type * 256 + code of an error about the probe from port `own` to `target`, or -1. */
static int judge(const unsigned char *packet, size_t len, const struct sockaddr_in *target,
                 in_port_t own)
{
    struct ip outer, inner;
    struct icmp icmp;
    struct udphdr udp;
    if (len < sizeof outer)
        return -1;
    memcpy(&outer, packet, sizeof outer);
    size_t at = 4U * outer.ip_hl;
    if (at < sizeof outer || len < at + ICMP_MINLEN + sizeof inner)
        return -1;
    memcpy(&icmp, packet + at, ICMP_MINLEN);
    at += ICMP_MINLEN;
    memcpy(&inner, packet + at, sizeof inner);
    if (inner.ip_hl < 5 || len < at + 4U * inner.ip_hl + sizeof udp)
        return -1;
    memcpy(&udp, packet + at + 4U * inner.ip_hl, sizeof udp);
    if (inner.ip_p != IPPROTO_UDP || inner.ip_dst.s_addr != target->sin_addr.s_addr)
        return -1;
    if (udp.uh_sport != own || udp.uh_dport != target->sin_port)
        return -1;
    if (icmp.icmp_type == ICMP_UNREACH ||
        (icmp.icmp_type == ICMP_TIMXCEED && icmp.icmp_code == ICMP_TIMXCEED_INTRANS))
        return icmp.icmp_type * 256 + icmp.icmp_code;
    return -1;
}

#endif
