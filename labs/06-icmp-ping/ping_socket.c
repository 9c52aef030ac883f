/* ping_socket.c - opens the two kinds of socket that can send an echo request. */
#include "ping_socket.h"

#include "diag.h"

#include <errno.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void give_up(const char *what)
{
    fprintf(stderr, "ping: %s: %s [%s]\n", what, strerror(errno), errno_name(errno));
    exit(2);
}

static void set_option(int fd, int level, int name, int value, const char *what)
{
    if (setsockopt(fd, level, name, &value, sizeof value) == -1)
        give_up(what);
    trace("setsockopt(%d, %s, %d) = 0", fd, what, value);
}

/* Needs CAP_NET_RAW, because a raw socket can read other programs' ICMP and forge any message
 * (raw(7)). Returns -1 with errno set if that is missing. */
static int open_raw(int family)
{
    bool ipv6 = family == AF_INET6;
    int fd = socket(family, SOCK_RAW, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    trace("socket(SOCK_RAW, %s) = %d", ipv6 ? "IPPROTO_ICMPV6" : "IPPROTO_ICMP", fd);
    if (fd == -1 && errno != EPERM && errno != EACCES)
        give_up("socket SOCK_RAW");
    return fd;
}

/* Needs no privilege, only a group in net.ipv4.ping_group_range: the kernel lets this socket send
 * nothing but echo requests, under an identifier of its own, and receive only the answers to them
 * (icmp(7)). */
static int open_datagram(int family)
{
    bool ipv6 = family == AF_INET6;
    int fd = socket(family, SOCK_DGRAM, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    trace("socket(SOCK_DGRAM, %s) = %d", ipv6 ? "IPPROTO_ICMPV6" : "IPPROTO_ICMP", fd);
    if (fd == -1 && errno == EACCES)
        fputs("ping: you may open neither kind of socket; one of these helps:\n"
              "ping:   scripts/netbox -- COMMAND, a network where you are root\n"
              "ping:   sudo sysctl net.ipv4.ping_group_range='0 2147483647'\n",
              stderr);
    if (fd == -1)
        give_up("socket SOCK_DGRAM");
    return fd;
}

/* The "port" of a ping socket is its identifier (icmp(7)): bind asks for one, 0 for any. */
static unsigned bind_identifier(int fd, int family, unsigned id)
{
    struct sockaddr_storage name = {.ss_family = (sa_family_t)family};
    socklen_t len = family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    in_port_t *port = family == AF_INET6 ? &((struct sockaddr_in6 *)&name)->sin6_port
                                         : &((struct sockaddr_in *)&name)->sin_port;
    *port = htons((uint16_t)id);
    if (bind(fd, (struct sockaddr *)&name, len) == -1)
        give_up("bind the identifier");
    if (getsockname(fd, (struct sockaddr *)&name, &len) == -1)
        give_up("getsockname");
    return ntohs(*port);
}

/* Without this filter the socket would also receive echo requests, our own on the loopback among
 * them: we want to see those only with -v. On IPv6 it would also receive the messages that do the
 * work of ARP. The kernel drops what the filter blocks (raw(7), RFC 3542, section 3.2). */
static void filter_messages(int fd, bool ipv6)
{
    struct icmp_filter blocked = {verbose ? 0 : 1U << ICMP_ECHO};
    struct icmp6_filter passed;
    ICMP6_FILTER_SETBLOCKALL(&passed);
    for (int type = ICMP6_DST_UNREACH; type <= ICMP6_PARAM_PROB; type++)
        ICMP6_FILTER_SETPASS(type, &passed);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &passed);
    if (verbose)
        ICMP6_FILTER_SETPASS(ICMP6_ECHO_REQUEST, &passed);
    int result = ipv6 ? setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &passed, sizeof passed)
                      : setsockopt(fd, SOL_RAW, ICMP_FILTER, &blocked, sizeof blocked);
    if (result == -1)
        give_up("setsockopt ICMP_FILTER");
}

/* What a received packet does not contain, the kernel passes beside it as a control message, but
 * only if we ask: the TTL, where there is no IP header; and on SOCK_DGRAM, ICMP errors, which wait
 * in a queue of their own (IP_RECVERR in ip(7)). */
static void ask_for_control(int fd, bool ipv6, bool raw)
{
    if (!raw && ipv6)
        set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR");
    else if (!raw)
        set_option(fd, IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR");
    if (ipv6)
        set_option(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT");
    else if (!raw)
        set_option(fd, IPPROTO_IP, IP_RECVTTL, 1, "IP_RECVTTL");
}

struct ping_socket open_ping_socket(int family, unsigned id, unsigned ttl)
{
    bool ipv6 = family == AF_INET6;
    struct ping_socket s = {.fd = open_raw(family)};
    s.raw = s.fd != -1;
    s.plain = s.raw && !ipv6;
    s.form = ipv6 ? FORM_ICMP6 : s.raw ? FORM_IP : FORM_ICMP;
    if (s.raw) {
        s.id = id > 0 ? id : (unsigned)getpid() & 0xffff;
        filter_messages(s.fd, ipv6);
    } else {
        say("SOCK_DGRAM, since SOCK_RAW needs CAP_NET_RAW: %s", errno_name(errno));
        s.fd = open_datagram(family);
        s.id = bind_identifier(s.fd, family, id);
    }
    ask_for_control(s.fd, ipv6, s.raw);
    if (ttl > 0 && ipv6)
        set_option(s.fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, (int)ttl, "IPV6_UNICAST_HOPS");
    else if (ttl > 0)
        set_option(s.fd, IPPROTO_IP, IP_TTL, (int)ttl, "IP_TTL");
    return s;
}

void ask_for_timestamps(struct ping_socket *s)
{
    s->plain = false;
    set_option(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1, "SO_TIMESTAMPNS");
}

int send_probe(const struct ping_socket *s, const struct endpoint *to, const void *packet,
               size_t len)
{
    ssize_t n = sendto(s->fd, packet, len, 0, (const struct sockaddr *)&to->addr, to->len);
    trace("sendto(%d, %zu bytes) = %zd", s->fd, len, n);
    return n == -1 ? -1 : 0;
}
