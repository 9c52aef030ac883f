/* server_socket.c - opens, receives and sends for
 * server; server_socket.h says what each promises. */
#include "server_socket.h"

#include "diag.h"

#include <errno.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdio.h>

/* The kernel drops everything but echo requests before it reaches us (raw(7), RFC 3542). */
static int pass_requests_only(int fd, bool ipv6)
{
    struct icmp_filter blocked = {~(1U << ICMP_ECHO)};
    struct icmp6_filter passed;
    ICMP6_FILTER_SETBLOCKALL(&passed);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REQUEST, &passed);
    return ipv6 ? setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &passed, sizeof passed)
                : setsockopt(fd, SOL_RAW, ICMP_FILTER, &blocked, sizeof blocked);
}

/* The answer must come from the address that was asked. A host has several, so with each request
 * the kernel has to say which one it was (IP_PKTINFO in ip(7)). */
static int ask_for_own_address(int fd, bool ipv6)
{
    return ipv6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &(int){1}, sizeof(int))
                : setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &(int){1}, sizeof(int));
}

int open_server_socket(int family)
{
    bool ipv6 = family == AF_INET6;
    int fd = socket(family, SOCK_RAW, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    trace("socket(%s, SOCK_RAW) = %d", ipv6 ? "AF_INET6" : "AF_INET", fd);
    if (fd == -1 && ipv6 && errno == EAFNOSUPPORT)
        return -1;
    if (fd == -1)
        die("socket SOCK_RAW (needs root, or scripts/netbox)");
    if (pass_requests_only(fd, ipv6) == -1 || ask_for_own_address(fd, ipv6) == -1)
        die("setsockopt");
    return fd;
}

bool receive_request(int fd, struct request *r)
{
    struct iovec data = {r->packet, sizeof r->packet};
    struct msghdr msg = {.msg_name = &r->from.addr, .msg_namelen = sizeof r->from.addr};
    msg.msg_iov = &data;
    msg.msg_iovlen = 1;
    msg.msg_control = r->control;
    msg.msg_controllen = sizeof r->control;
    ssize_t n = recvmsg(fd, &msg, 0);
    trace("recvmsg(%d) = %zd", fd, n);
    if (n == -1)
        return false;
    r->len = (size_t)n;
    r->from.len = msg.msg_namelen;
    r->control_len = msg.msg_controllen;
    return true;
}

/* Sent back, the control message of the request sets the source address of the answer. Interface 0
 * leaves the way to the routing table (IP_PKTINFO in ip(7), RFC 3542 section 6.1). */
bool send_answer(int fd, struct request *r, void *answer, size_t len)
{
    struct iovec data = {answer, len};
    struct msghdr msg = {.msg_name = &r->from.addr, .msg_namelen = r->from.len};
    msg.msg_iov = &data;
    msg.msg_iovlen = 1;
    msg.msg_control = r->control;
    msg.msg_controllen = r->control_len;
    struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
    if (c && c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(c);
        info->ipi_spec_dst = info->ipi_addr;
        info->ipi_ifindex = 0;
    }
    ssize_t n = sendmsg(fd, &msg, 0);
    trace("sendmsg(%d, %zu bytes) = %zd", fd, len, n);
    return n != -1;
}

bool kernel_answers(void)
{
    FILE *ignore_all = fopen("/proc/sys/net/ipv4/icmp_echo_ignore_all", "r");
    bool answers = ignore_all && fgetc(ignore_all) == '0';
    if (ignore_all)
        fclose(ignore_all);
    return answers;
}
