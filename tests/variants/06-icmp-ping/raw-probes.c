/* traceroute.c - traceroute that writes the IP and UDP headers of its probes itself (IP_HDRINCL). Its source port
 * is reserved by a UDP socket that sends nothing. It waits with ppoll. */
#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

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

/* Prints the line of a hop. Returns the exit status if the trace ends here, or -1. */
static int report(int hop, int answer, struct in_addr from)
{
    const char *address = answer == -1 ? "*" : inet_ntoa(from);
    switch (answer) {
    case -1:
    case ICMP_TIMXCEED * 256:
        say("%d  %s", hop, address);
        return -1;
    case ICMP_UNREACH * 256 + ICMP_UNREACH_PORT:
        say("%d  %s", hop, address);
        return 0;
    case ICMP_UNREACH * 256 + ICMP_UNREACH_NET:
        say("%d  %s !N", hop, address);
        return 1;
    case ICMP_UNREACH * 256 + ICMP_UNREACH_HOST:
        say("%d  %s !H", hop, address);
        return 1;
    default:
        say("%d  %s !%d", hop, address, answer % 256);
        return 1;
    }
}

static void send_probe(int out, const struct sockaddr_in *target, in_port_t own, int ttl)
{
    struct {
        struct ip ip;
        struct udphdr udp;
    } probe = {0};
    probe.ip.ip_v = 4;
    probe.ip.ip_hl = 5;
    probe.ip.ip_ttl = (uint8_t)ttl;
    probe.ip.ip_p = IPPROTO_UDP;
    probe.ip.ip_dst =
        target->sin_addr; /* the kernel fills in the source, the length and the checksum */
    probe.udp.uh_sport = own;
    probe.udp.uh_dport = target->sin_port;
    probe.udp.uh_ulen = htons(sizeof probe.udp); /* a checksum of 0 means that there is none */
    if (sendto(out, &probe, sizeof probe, 0, (const struct sockaddr *)target, sizeof *target) == -1)
        die("sendto");
}

static int wait_for(int in, const struct sockaddr_in *target, in_port_t own, long patience,
                    struct in_addr *from)
{
    struct timespec begin, now;
    for (clock_gettime(CLOCK_MONOTONIC, &begin);;) {
        clock_gettime(CLOCK_MONOTONIC, &now);
        long long spent = (now.tv_sec - begin.tv_sec) * 1000000000LL + now.tv_nsec - begin.tv_nsec;
        long long rest = patience * 1000000LL - spent;
        if (rest <= 0)
            return -1;
        struct timespec left = {rest / 1000000000, rest % 1000000000};
        struct pollfd wait = {.fd = in, .events = POLLIN};
        if (ppoll(&wait, 1, &left, NULL) != 1)
            continue;
        unsigned char packet[65536];
        struct sockaddr_in sender = {0};
        socklen_t size = sizeof sender;
        ssize_t n = recvfrom(in, packet, sizeof packet, 0, (struct sockaddr *)&sender, &size);
        int answer = n > 0 ? judge(packet, (size_t)n, target, own) : -1;
        *from = sender.sin_addr;
        if (answer != -1)
            return answer;
    }
}

int main(int argc, char *argv[])
{
    diag_init("traceroute");
    long hops = 30, patience = 1000;
    for (int c; (c = next_option(argc, argv, "m:w:", "usage: traceroute HOST")) != -1;) {
        if (c == 'm')
            hops = number_option(c, "a number of hops", 1, 255);
        else if (c == 'w')
            patience = number_option(c, "a time in milliseconds", 1, 60000);
    }
    if (optind + 1 != argc)
        die_usage("name one host");
    struct endpoint where = resolve_or_die(argv[optind], 0);
    struct sockaddr_in target;
    memcpy(&target, &where.addr, sizeof target);
    struct sockaddr_in own = {.sin_family = AF_INET};
    socklen_t len = sizeof own;
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (udp == -1 || raw == -1 || bind(udp, (struct sockaddr *)&own, len) == -1 ||
        getsockname(udp, (struct sockaddr *)&own, &len) == -1)
        die("socket");
    int out = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (out == -1)
        die("socket");
    for (int hop = 1; hop <= hops; hop++) {
        struct in_addr from = {0};
        target.sin_port = htons((in_port_t)(33433 + hop));
        send_probe(out, &target, own.sin_port, hop);
        int answer = wait_for(raw, &target, own.sin_port, patience, &from);
        int status = report(hop, answer, from);
        if (status != -1)
            return status;
    }
    return 1;
}
