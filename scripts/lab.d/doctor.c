// doctor.c - tries one thing that the labs need, and says why where it cannot be had.
// scripts/lib/needs.bash runs it in a netbox: probe ipv4|ipv6|raw|ping|packet. Status 0: it works.
// It stands alone on purpose: it must compile on a machine where nothing else does.
#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int fail(const char *what)
{
    printf("%s: %s\n", what, strerror(errno));
    return EXIT_FAILURE;
}

// A TCP connection over the loopback of this family; the kernel picks the port.
static int try_loopback(int family)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr *addr = family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    socklen_t len = family == AF_INET ? sizeof v4 : sizeof v6;
    int listen_fd = socket(family, SOCK_STREAM, 0);
    int conn_fd = socket(family, SOCK_STREAM, 0);

    if (listen_fd < 0 || conn_fd < 0)
        return fail("socket");
    if (bind(listen_fd, addr, len) < 0)
        return fail("bind");
    if (listen(listen_fd, 1) < 0)
        return fail("listen");
    if (getsockname(listen_fd, addr, &len) < 0)
        return fail("getsockname");
    if (connect(conn_fd, addr, len) < 0)
        return fail("connect");
    return EXIT_SUCCESS;
}

// An ICMP echo to ourselves, and something back: on a raw socket our own request is enough.
static int try_icmp(int type)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct icmphdr echo = {.type = ICMP_ECHO, .checksum = htons(0xf7ff)}; // RFC 1071: ~0x0800
    struct timeval patience = {.tv_sec = 2};
    char reply[128];
    int fd = socket(AF_INET, type, IPPROTO_ICMP);

    if (fd < 0)
        return fail("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
        return fail("setsockopt");
    if (sendto(fd, &echo, sizeof echo, 0, (struct sockaddr *)&to, sizeof to) < 0)
        return fail("sendto");
    if (recv(fd, reply, sizeof reply, 0) < 0)
        return fail("recv");
    return EXIT_SUCCESS;
}

// A frame on the loopback, sent and received by a packet socket: what ladder needs.
static int try_packet(void)
{
    struct sockaddr_ll lo = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
    struct timeval patience = {.tv_sec = 2};
    char frame[64] = {0};
    int fd = socket(AF_PACKET, SOCK_RAW, 0);

    lo.sll_ifindex = (int)if_nametoindex("lo");
    if (fd < 0)
        return fail("socket(AF_PACKET)");
    if (bind(fd, (struct sockaddr *)&lo, sizeof lo) < 0)
        return fail("bind");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
        return fail("setsockopt");
    if (send(fd, frame, sizeof frame, 0) < 0)
        return fail("send");
    if (recv(fd, frame, sizeof frame, 0) < 0)
        return fail("recv");
    return EXIT_SUCCESS;
}

int main(int argc, char *argv[])
{
    const char *what = argc == 2 ? argv[1] : "";

    if (strcmp(what, "ipv4") == 0)
        return try_loopback(AF_INET);
    if (strcmp(what, "ipv6") == 0)
        return try_loopback(AF_INET6);
    if (strcmp(what, "raw") == 0)
        return try_icmp(SOCK_RAW);
    if (strcmp(what, "ping") == 0)
        return try_icmp(SOCK_DGRAM);
    if (strcmp(what, "packet") == 0)
        return try_packet();
    printf("usage: probe ipv4|ipv6|raw|ping|packet\n");
    return 2;
}
