/* net.c - the two kinds of socket that can send an echo request, and what they receive.
 *
 * Shows:      socket(AF_INET, SOCK_RAW, IPPROTO_ICMP): every ICMP packet of the host, IP header
 *             included, for the privileged; SOCK_DGRAM: our own answers alone, for everybody.
 * Run this:   ./ping -v -c 1 127.0.0.1     and: setpriv --bounding-set -net_raw ./ping -v -c 1 ...
 * Try:        without setsockopt IP_RECVERR, and ./ping -t 1 by SOCK_DGRAM.
 */
#include "net.h"

#include "diag.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

/* Needs CAP_NET_RAW: who has such a socket can read others' ICMP and forge his own (raw(7)). */
static int open_raw(int family)
{
    bool ipv6 = family == AF_INET6;
    int fd = socket(family, SOCK_RAW, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    trace("socket(SOCK_RAW, %s) = %d", ipv6 ? "IPPROTO_ICMPV6" : "IPPROTO_ICMP", fd);
    return fd;
}

/* It asks for no more than a group in net.ipv4.ping_group_range, since the kernel keeps us in check:
 * echo requests only, an identifier that is nobody else's, and of the answers only our own. */
static int open_datagram(int family)
{
    bool ipv6 = family == AF_INET6;
    int fd = socket(family, SOCK_DGRAM, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    trace("socket(SOCK_DGRAM, %s) = %d", ipv6 ? "IPPROTO_ICMPV6" : "IPPROTO_ICMP", fd);
    if (fd == -1 && errno == EACCES)
        fputs("ping: this group may use neither kind of socket; one of these helps:\n"
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

/* On a raw socket an ICMP error is a packet like any other. To SOCK_DGRAM it comes by a queue of
 * errors, and only if one asks for that (IP_RECVERR in ip(7)). */
static void ask_for_errors(int fd, bool ipv6)
{
    if (ipv6)
        set_option(fd, IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR");
    else
        set_option(fd, IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR");
}

/* Others' echo requests, and our own on the loopback, would only wake us: the kernel drops them,
 * unless with -v we want to see them. What ICMPv6 does in place of ARP is never for us. */
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

void open_echo_socket(struct echo_socket *s, int family, unsigned id, unsigned ttl)
{
    bool ipv6 = family == AF_INET6;
    s->fd = open_raw(family);
    s->raw = s->fd != -1;
    s->plain = s->raw && !ipv6;
    s->form = ipv6 ? FORM_ICMP6 : s->raw ? FORM_IP : FORM_ICMP;
    s->id = id > 0 ? id : (unsigned)getpid() & 0xffff;
    if (!s->raw) {
        if (errno != EPERM && errno != EACCES)
            give_up("socket SOCK_RAW");
        say("SOCK_DGRAM, since SOCK_RAW needs CAP_NET_RAW: %s", errno_name(errno));
        s->fd = open_datagram(family);
        s->id = bind_identifier(s->fd, family, id);
        ask_for_errors(s->fd, ipv6);
    } else {
        filter_messages(s->fd, ipv6);
    }
    if (ipv6)
        set_option(s->fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT");
    else if (!s->raw)
        set_option(s->fd, IPPROTO_IP, IP_RECVTTL, 1, "IP_RECVTTL");
    if (ttl > 0 && ipv6)
        set_option(s->fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, (int)ttl, "IPV6_UNICAST_HOPS");
    else if (ttl > 0)
        set_option(s->fd, IPPROTO_IP, IP_TTL, (int)ttl, "IP_TTL");
}

void ask_for_timestamps(struct echo_socket *s)
{
    s->plain = false;
    set_option(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1, "SO_TIMESTAMPNS");
}

int send_probe(const struct echo_socket *s, const struct endpoint *to, const void *packet,
               size_t len)
{
    ssize_t n = sendto(s->fd, packet, len, 0, (const struct sockaddr *)&to->addr, to->len);
    trace("sendto(%d, %zu bytes) = %zd", s->fd, len, n);
    return n == -1 ? -1 : 0;
}

/* What the kernel tells beside a packet (cmsg(3)): when it came, its TTL, what an error says. */
static void read_control(struct msghdr *msg, struct packet *p)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
        bool ip = c->cmsg_level == IPPROTO_IP, ipv6 = c->cmsg_level == IPPROTO_IPV6;
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec at;
            memcpy(&at, CMSG_DATA(c), sizeof at);
            p->at = at.tv_sec * 1000000000LL + at.tv_nsec;
        } else if ((ip && c->cmsg_type == IP_TTL) || (ipv6 && c->cmsg_type == IPV6_HOPLIMIT)) {
            int ttl;
            memcpy(&ttl, CMSG_DATA(c), sizeof ttl);
            p->ttl = (unsigned)ttl;
        } else if ((ip && c->cmsg_type == IP_RECVERR) || (ipv6 && c->cmsg_type == IPV6_RECVERR)) {
            struct sock_extended_err *error = (struct sock_extended_err *)CMSG_DATA(c);
            bool local = error->ee_origin == SO_EE_ORIGIN_LOCAL;
            p->type = local ? 0 : error->ee_type;
            p->code = local ? error->ee_errno : error->ee_code;
            if (!local) {
                p->from.len = ip ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
                memcpy(&p->from.addr, SO_EE_OFFENDER(error), p->from.len);
            }
        }
    }
}

/* All that a packet needs where it brings its own header and nothing else was asked for; recvmsg(2)
 * would take 6% more of a flood's processor time. */
static ssize_t receive_plain(int fd, struct packet *p)
{
    p->from.len = sizeof p->from.addr;
    ssize_t n = recvfrom(fd, p->data, sizeof p->data, MSG_DONTWAIT,
                         (struct sockaddr *)&p->from.addr, &p->from.len);
    if (n != -1)
        trace("recvfrom(%d) = %zd", fd, n);
    return n;
}

static ssize_t receive_with_control(int fd, int flags, struct packet *p)
{
    alignas(struct cmsghdr) char control[512];
    struct iovec data = {p->data, sizeof p->data};
    struct msghdr msg = {.msg_name = &p->from.addr, .msg_namelen = sizeof p->from.addr};
    msg.msg_iov = &data;
    msg.msg_iovlen = 1;
    msg.msg_control = control;
    msg.msg_controllen = sizeof control;
    ssize_t n = recvmsg(fd, &msg, flags | MSG_DONTWAIT);
    if (n == -1)
        return -1;
    trace("recvmsg(%d%s) = %zd", fd, flags ? ", MSG_ERRQUEUE" : "", n);
    p->from.len = msg.msg_namelen;
    p->is_error = flags != 0;
    read_control(&msg, p);
    return n;
}

bool receive_packet(const struct echo_socket *s, struct packet *p)
{
    p->ttl = 0;
    p->at = 0;
    p->is_error = false;
    ssize_t n = s->plain ? receive_plain(s->fd, p) : receive_with_control(s->fd, 0, p);
    if (n == -1 && !s->raw)
        n = receive_with_control(s->fd, MSG_ERRQUEUE, p);
    if (n == -1)
        return false;
    p->len = (size_t)n;
    if (p->at == 0)
        p->at = wall_clock();
    return true;
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int64_t wall_clock(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t steady_clock(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
