/* packet.c - recvfrom, recvmsg and the control
 * messages of ping; packet.h says what each promises. */
#include "packet.h"

#include "diag.h"

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <string.h>
#include <time.h>

static int64_t nanoseconds(struct timespec time)
{
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int64_t wall_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return nanoseconds(now);
}

int64_t steady_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return nanoseconds(now);
}

/* An ICMP error from the queue. The address of the
 * complainer lies behind it (IP_RECVERR, ip(7)). */
static void read_error(const struct cmsghdr *c, struct packet *p)
{
    const struct sock_extended_err *error = (const struct sock_extended_err *)CMSG_DATA(c);
    bool local = error->ee_origin == SO_EE_ORIGIN_LOCAL;
    p->type = local ? 0 : error->ee_type;
    p->code = local ? error->ee_errno : error->ee_code;
    if (!local) {
        bool ipv6 = c->cmsg_level == IPPROTO_IPV6;
        p->from.len = ipv6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
        memcpy(&p->from.addr, SO_EE_OFFENDER(error), p->from.len);
    }
}

/* Control messages (cmsg(3)): when the packet arrived, its TTL, what an error says. */
static void read_control(struct msghdr *msg, struct packet *p)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
        bool ip = c->cmsg_level == IPPROTO_IP, ipv6 = c->cmsg_level == IPPROTO_IPV6;
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec at;
            memcpy(&at, CMSG_DATA(c), sizeof at);
            p->at = nanoseconds(at);
        } else if ((ip && c->cmsg_type == IP_TTL) || (ipv6 && c->cmsg_type == IPV6_HOPLIMIT)) {
            int ttl;
            memcpy(&ttl, CMSG_DATA(c), sizeof ttl);
            p->ttl = (unsigned)ttl;
        } else if ((ip && c->cmsg_type == IP_RECVERR) || (ipv6 && c->cmsg_type == IPV6_RECVERR)) {
            read_error(c, p);
        }
    }
}

/* For a packet that needs no control messages. In a flood, recvmsg(2) would cost 6% more processor
 * time. */
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

bool receive_packet(const struct ping_socket *s, struct packet *p)
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
