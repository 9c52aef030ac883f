/* traceroute.c - traceroute that sends all its probes ahead, and then collects the answers,
 * whatever their order. A line is printed as soon as all lines before it are. */
#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static struct hop {
    bool answered;
    int type, code;
    struct in_addr from;
} hops[256];

static double now(void)
{
    struct timeval t;
    gettimeofday(&t, NULL);
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static unsigned number(const unsigned char *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

/* Notes an answer to one of the probes. */
static void note(const unsigned char *packet, size_t len, const struct sockaddr_in *target,
                 unsigned own, unsigned last)
{
    size_t outer = len >= 20 ? (packet[0] & 15U) * 4 : 0;
    if (outer < 20 || len < outer + 8 + 20)
        return;
    const unsigned char *icmp = packet + outer, *quote = icmp + 8;
    size_t rest = len - outer - 8, inner = (quote[0] & 15U) * 4;
    if (quote[0] >> 4 != 4 || inner < 20 || rest < inner + 8 || quote[9] != IPPROTO_UDP)
        return;
    if (memcmp(quote + 16, &target->sin_addr, 4) != 0 || number(quote + inner) != own)
        return;
    unsigned hop = number(quote + inner + 2) - 33433;
    bool exceeded = icmp[0] == ICMP_TIME_EXCEEDED && icmp[1] == 0;
    if (hop < 1 || hop > last || hops[hop].answered || (!exceeded && icmp[0] != ICMP_DEST_UNREACH))
        return;
    hops[hop] = (struct hop){true, icmp[0], icmp[1], {0}};
    memcpy(&hops[hop].from, packet + 12, 4);
}

/* Prints the hop, and exits if it is the end. */
static void print_hop(int at)
{
    const struct hop *hop = &hops[at];
    if (!hop->answered)
        say("%d  *", at);
    else if (hop->type == ICMP_TIME_EXCEEDED || hop->code == ICMP_PORT_UNREACH)
        say("%d  %s", at, inet_ntoa(hop->from));
    else if (hop->code <= 1)
        say("%d  %s !%c", at, inet_ntoa(hop->from), hop->code == 0 ? 'N' : 'H');
    else
        say("%d  %s !%d", at, inet_ntoa(hop->from), hop->code);
    if (hop->answered && hop->type == ICMP_DEST_UNREACH)
        exit(hop->code == ICMP_PORT_UNREACH ? EXIT_SUCCESS : EXIT_FAILURE);
}

int main(int argc, char *argv[])
{
    diag_init("traceroute");
    long last = 30, patience = 1000;
    for (int c; (c = next_option(argc, argv, "m:w:", "usage: traceroute HOST")) != -1;) {
        if (c == 'm')
            last = number_option(c, "a number of hops", 1, 255);
        else if (c == 'w')
            patience = number_option(c, "a time in milliseconds", 1, 60000);
    }
    if (optind + 1 != argc)
        die_usage("name one host");
    struct endpoint where = resolve_or_die(argv[optind], 0);
    struct sockaddr_in target, own = {.sin_family = AF_INET};
    socklen_t own_len = sizeof own;
    memcpy(&target, &where.addr, sizeof target);
    int udp = socket(AF_INET, SOCK_DGRAM, 0), raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (udp == -1 || raw == -1 || bind(udp, (struct sockaddr *)&own, own_len) == -1 ||
        getsockname(udp, (struct sockaddr *)&own, &own_len) == -1)
        die("socket");
    int size = 1 << 20;
    setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    for (int ttl = 1; ttl <= last; ttl++) {
        target.sin_port = htons((in_port_t)(33433 + ttl));
        setsockopt(udp, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl);
        sendto(udp, "", 1, 0, (struct sockaddr *)&target, sizeof target);
    }
    double end = now() + (double)patience / 1000;
    for (int at = 1; at <= last;) {
        double left = end - now();
        if (hops[at].answered || left <= 0) {
            print_hop(at++);
            continue;
        }
        struct timeval time = {.tv_sec = (time_t)left,
                               .tv_usec = (suseconds_t)((left - (double)(time_t)left) * 1e6)};
        fd_set set;
        FD_ZERO(&set);
        FD_SET(raw, &set);
        unsigned char packet[2000];
        ssize_t n = select(raw + 1, &set, NULL, NULL, &time) == 1
                        ? recv(raw, packet, sizeof packet, 0)
                        : -1;
        if (n > 0)
            note(packet, (size_t)n, &target, ntohs(own.sin_port), (unsigned)last);
    }
    return 1;
}
