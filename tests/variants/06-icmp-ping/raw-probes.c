/* traceroute.c - traceroute that writes the IP and UDP headers of its probes itself (IP_HDRINCL).
 * Its source port is reserved by a UDP socket that sends nothing. It waits with ppoll. */
#include "diag.h"
#include "judge.h"
#include "net.h"
#include "report.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

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
