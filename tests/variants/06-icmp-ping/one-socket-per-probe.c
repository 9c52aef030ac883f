/* traceroute.c - traceroute that opens a new UDP socket for each probe, and so has another port of
 * its own each time. It waits by SO_RCVTIMEO instead of poll. */
#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* Returns the source port of the probe, in network byte order. */
static in_port_t send_probe(const struct sockaddr_in *target, int ttl)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in own;
    socklen_t len = sizeof own;
    if (fd == -1 || setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl) == -1 ||
        connect(fd, (const struct sockaddr *)target, sizeof *target) == -1 ||
        send(fd, "probe", 5, 0) == -1 || getsockname(fd, (struct sockaddr *)&own, &len) == -1)
        die("probe %d", ttl);
    close(fd);
    return own.sin_port;
}

/* Where the ICMP message in an IP packet begins, and how long it is. NULL if it is not complete. */
static const unsigned char *behind_ip(const unsigned char *packet, size_t *len, struct iphdr *ip)
{
    if (*len < sizeof *ip)
        return NULL;
    memcpy(ip, packet, sizeof *ip);
    size_t header = ip->ihl * 4U;
    if (ip->version != 4 || header < sizeof *ip || header + 8 > *len)
        return NULL;
    *len -= header;
    return packet + header;
}

static bool about(const unsigned char *quote, size_t len, const struct sockaddr_in *target,
                  in_port_t own)
{
    struct iphdr ip;
    struct udphdr udp;
    const unsigned char *data = behind_ip(quote, &len, &ip);
    if (!data || ip.protocol != IPPROTO_UDP || ip.daddr != target->sin_addr.s_addr)
        return false;
    memcpy(&udp, data, sizeof udp);
    return udp.source == own && udp.dest == target->sin_port;
}

static struct timeval now(void)
{
    struct timeval t;
    gettimeofday(&t, NULL);
    return t;
}

/* The type and code of the answer (type * 256 + code), or -1 if none came in time. */
static int wait_for(int fd, const struct sockaddr_in *target, in_port_t own, long patience,
                    struct in_addr *from)
{
    struct timeval end, left, time = {.tv_sec = patience / 1000, .tv_usec = patience % 1000 * 1000};
    struct timeval begin = now();
    timeradd(&begin, &time, &end);
    for (;;) {
        struct timeval t = now();
        if (!timercmp(&t, &end, <))
            return -1;
        timersub(&end, &t, &left);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &left, sizeof left);
        unsigned char packet[4096];
        struct iphdr ip;
        ssize_t n = recv(fd, packet, sizeof packet, 0);
        size_t len = n > 0 ? (size_t)n : 0;
        const unsigned char *icmp = behind_ip(packet, &len, &ip);
        if (!icmp || !about(icmp + 8, len - 8, target, own))
            continue;
        from->s_addr = ip.saddr;
        if ((icmp[0] == ICMP_TIME_EXCEEDED && icmp[1] == 0) || icmp[0] == ICMP_DEST_UNREACH)
            return icmp[0] * 256 + icmp[1];
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
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (fd == -1)
        die("socket");
    for (int hop = 1; hop <= hops; hop++) {
        struct in_addr from;
        target.sin_port = htons((in_port_t)(33433 + hop));
        in_port_t own = send_probe(&target, hop);
        int answer = wait_for(fd, &target, own, patience, &from);
        if (answer == -1)
            say("%d  *", hop);
        else if (answer == ICMP_DEST_UNREACH * 256 + ICMP_NET_UNREACH)
            say("%d  %s !N", hop, inet_ntoa(from));
        else if (answer == ICMP_DEST_UNREACH * 256 + ICMP_HOST_UNREACH)
            say("%d  %s !H", hop, inet_ntoa(from));
        else if (answer >> 8 == ICMP_DEST_UNREACH && answer % 256 != ICMP_PORT_UNREACH)
            say("%d  %s !%d", hop, inet_ntoa(from), answer % 256);
        else
            say("%d  %s", hop, inet_ntoa(from));
        if (answer >> 8 == ICMP_DEST_UNREACH)
            return answer % 256 == ICMP_PORT_UNREACH ? 0 : 1;
    }
    return 1;
}
