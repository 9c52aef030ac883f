/* traceroute.c - a model solution: lists the routers on the way to a host, hop by hop. */
#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_PORT = 33434, IP_MIN = 20, ICMP_LEN = 8, UDP_LEN = 8 };

enum answer { NOT_OURS, ON_THE_WAY, ARRIVED, NO_WAY };

struct route {
    int probe_fd, icmp_fd;
    struct sockaddr_in target;
    uint16_t own_port; /* network byte order, as in packets */
};

static const char help[] = "usage: traceroute [-v] [-m HOPS] [-w MILLISECONDS] HOST\n"
                           "Lists the routers on the way to HOST.";

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A UDP socket for the probes, with a port of its own, and a raw one that receives all ICMP. */
static void open_sockets(struct route *r)
{
    struct sockaddr_in own = {.sin_family = AF_INET};
    socklen_t len = sizeof own;
    r->probe_fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (r->probe_fd == -1 || bind(r->probe_fd, (struct sockaddr *)&own, len) == -1 ||
        getsockname(r->probe_fd, (struct sockaddr *)&own, &len) == -1)
        die("socket SOCK_DGRAM");
    r->own_port = own.sin_port;
    r->icmp_fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (r->icmp_fd == -1)
        die("socket SOCK_RAW");
}

static void send_probe(struct route *r, int hop)
{
    if (setsockopt(r->probe_fd, IPPROTO_IP, IP_TTL, &hop, sizeof hop) == -1)
        die("setsockopt IP_TTL");
    r->target.sin_port = htons((uint16_t)(FIRST_PORT + hop - 1));
    if (sendto(r->probe_fd, "", 1, 0, (struct sockaddr *)&r->target, sizeof r->target) == -1)
        die("sendto");
}

/* The length of the IPv4 header there, or 0 if there is none. It may be longer than what came. */
static size_t ip_header_len(const uint8_t *packet, size_t len)
{
    if (len < IP_MIN)
        return 0;
    size_t header = 4 * (size_t)(packet[0] & 15U);
    return header >= IP_MIN ? header : 0;
}

/* True if an error quotes the probe that was sent last. */
static bool quotes_probe(const struct route *r, const uint8_t *quote, size_t len)
{
    size_t header = ip_header_len(quote, len);
    if (header == 0 || len < header + UDP_LEN)
        return false;
    return quote[9] == IPPROTO_UDP && memcmp(quote + 16, &r->target.sin_addr, 4) == 0 &&
           memcmp(quote + header, &r->own_port, 2) == 0 &&
           memcmp(quote + header + 2, &r->target.sin_port, 2) == 0;
}

/* Stores the code of an error about our probe in *code. */
static enum answer judge(const struct route *r, const uint8_t *packet, size_t len, int *code)
{
    size_t header = ip_header_len(packet, len);
    if (header == 0 || len < header + ICMP_LEN)
        return NOT_OURS;
    const uint8_t *icmp = packet + header;
    if (!quotes_probe(r, icmp + ICMP_LEN, len - header - ICMP_LEN))
        return NOT_OURS;
    *code = icmp[1];
    if (icmp[0] == ICMP_TIME_EXCEEDED) /* code 1 is about fragments, and comes from no router */
        return *code == ICMP_EXC_TTL ? ON_THE_WAY : NOT_OURS;
    if (icmp[0] != ICMP_DEST_UNREACH)
        return NOT_OURS;
    return *code == ICMP_PORT_UNREACH ? ARRIVED : NO_WAY; /* only the target looks at the port */
}

static void print_hop(int hop, struct in_addr from, enum answer answer, int code)
{
    char address[INET_ADDRSTRLEN], note[16] = "";
    inet_ntop(AF_INET, &from, address, sizeof address);
    if (answer == NO_WAY && code > ICMP_HOST_UNREACH)
        snprintf(note, sizeof note, " !%d", code);
    else if (answer == NO_WAY)
        strcpy(note, code == ICMP_NET_UNREACH ? " !N" : " !H");
    say("%d  %s%s", hop, address, note);
}

/* Waits for the answer to the probe sent last, and prints the hop. Other packets do not prolong the
 * wait. */
static enum answer await_answer(const struct route *r, int hop, long patience)
{
    uint8_t packet[1500];
    struct pollfd fds = {.fd = r->icmp_fd, .events = POLLIN};
    long deadline = milliseconds() + patience;
    for (long left = patience; left > 0; left = deadline - milliseconds()) {
        if (poll(&fds, 1, (int)left) < 1)
            continue;
        struct sockaddr_in from;
        socklen_t from_len = sizeof from;
        ssize_t n =
            recvfrom(r->icmp_fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &from_len);
        int code = 0;
        enum answer answer = n < 0 ? NOT_OURS : judge(r, packet, (size_t)n, &code);
        if (answer == NOT_OURS)
            continue;
        print_hop(hop, from.sin_addr, answer, code);
        return answer;
    }
    say("%d  *", hop);
    return ON_THE_WAY;
}

int main(int argc, char *argv[])
{
    diag_init("traceroute");
    long hops = 30, patience = 1000;
    for (int c; (c = next_option(argc, argv, "m:w:", help)) != -1;) {
        if (c == 'm')
            hops = number_option(c, "a number of hops", 1, 255);
        else if (c == 'w')
            patience = number_option(c, "a time in milliseconds", 1, 60000);
    }
    if (optind + 1 != argc)
        die_usage("name one host");
    struct endpoint where = resolve_or_die(argv[optind], 0);
    if (where.addr.ss_family != AF_INET)
        die_plain("'%s' has no IPv4 address", argv[optind]);

    struct route route = {0};
    memcpy(&route.target, &where.addr, sizeof route.target);
    open_sockets(&route);
    enum answer answer = ON_THE_WAY;
    for (int hop = 1; hop <= hops && answer == ON_THE_WAY; hop++) {
        send_probe(&route, hop);
        answer = await_answer(&route, hop, patience);
    }
    return answer == ARRIVED ? 0 : 1;
}
