/* server.c - lab 06: a responder in user space. It does what the kernel does for every ping.
 *
 * Shows:      that an echo reply is made by somebody, byte by byte; and what a ping has to be ready
 *             for, by misbehaving on purpose (-m).
 * Run this:   scripts/netbox -- bash, then: echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all
 *             ./server &   and: ping -c 1 127.0.0.1
 * See this:   server: echo request from 127.0.0.1, id 4711 seq 1, 56 bytes of data: answered
 * Try:        echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_all; ./server -m damage
 */
#include "addr.h"
#include "diag.h"
#include "host.h"
#include "icmp.h"
#include "io.h"

#include <errno.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum mode { PROPER, TWICE, WRONG, DAMAGE, TRUNCATE, STUMP, SILENT, MODES };

static const char *const mode_names[MODES] = {"proper",   "duplicate", "wrong-id", "damage",
                                              "truncate", "stump",     "silent"};

struct options {
    enum mode mode;
    long every; /* misbehave at every so many requests */
    bool quiet;
};

static const char help[] =
    "usage: server [-qv] [-m MODE] [-n NUMBER]\n"
    "Answers the ICMP echo requests that this host receives, by IPv4 and IPv6. Needs a raw "
    "socket.\n"
    "The kernel answers too, unless: echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all\n"
    "                           and: echo 1 >/proc/sys/net/ipv6/icmp/echo_ignore_all\n\n"
    "  -m MODE    misbehave ON PURPOSE:\n"
    "               duplicate  answer twice\n"
    "               wrong-id   answer with another identifier\n"
    "               damage     flip a bit after the checksum was computed (IPv4)\n"
    "               truncate   return half of the data\n"
    "               stump      send 4 bytes in all, half a header\n"
    "               silent     do not answer\n"
    "  -n NUMBER  only at every request number NUMBER, 1 to 1000000 (1)\n"
    "  -q         no line for each request\n"
    "  -v         tell each system call with its result\n"
    "  -h         this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.every = 1};
    for (int c; (c = next_option(argc, argv, "m:n:q", help)) != -1;) {
        if (c == 'm')
            for (opt.mode = 0; opt.mode < MODES && strcmp(optarg, mode_names[opt.mode]) != 0;)
                opt.mode++;
        else if (c == 'n')
            opt.every = number_option(c, "a number", 1, 1000000);
        else if (c == 'q')
            opt.quiet = true;
        if (opt.mode == MODES)
            die_usage("-m '%s': there is no such mode", optarg);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

/* All echo requests that come for one of this host's addresses, and nothing else. Returns -1 where
 * the host has no IPv6. */
static int open_socket(int family)
{
    bool ipv6 = family == AF_INET6;
    int fd = socket(family, SOCK_RAW, ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    trace("socket(%s, SOCK_RAW) = %d", ipv6 ? "AF_INET6" : "AF_INET", fd);
    if (fd == -1 && ipv6 && errno == EAFNOSUPPORT)
        return -1;
    if (fd == -1)
        die("socket SOCK_RAW: it takes root, or scripts/netbox");
    struct icmp_filter blocked = {~(1U << ICMP_ECHO)};
    struct icmp6_filter passed;
    ICMP6_FILTER_SETBLOCKALL(&passed);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REQUEST, &passed);
    int result = ipv6 ? setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &passed, sizeof passed)
                      : setsockopt(fd, SOL_RAW, ICMP_FILTER, &blocked, sizeof blocked);
    /* To which of our addresses a packet was sent: the answer must come from there. */
    if (result == 0)
        result = ipv6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &(int){1}, sizeof(int))
                      : setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &(int){1}, sizeof(int));
    if (result == -1)
        die("setsockopt");
    return fd;
}

/* With the kernel's responder on, every request gets two answers. */
static void warn_of_kernel(void)
{
    static const char file[] = "/proc/sys/net/ipv4/icmp_echo_ignore_all";
    FILE *sysctl = fopen(file, "r");
    if (sysctl && fgetc(sysctl) == '0')
        say("the kernel answers as well; against that: echo 1 >%s", file);
    if (sysctl)
        fclose(sysctl);
}

/* Makes the answer, wrong where the mode says so. Returns its length. */
static size_t build_answer(uint8_t *answer, enum form form, const struct icmp_message *request,
                           enum mode mode)
{
    size_t data_len = mode == TRUNCATE ? request->data_len / 2 : request->data_len;
    unsigned id = mode == WRONG ? request->id ^ 1 : request->id;
    size_t len = build_echo(answer, reply_type(form), id, request->seq, request->data, data_len);
    if (mode == DAMAGE)
        answer[len - 1] ^= 1; /* BUG ON PURPOSE: without -m the checksum is right */
    return mode == STUMP ? ECHO_HEADER_LEN / 2 : len;
}

/* Sends it from the address that the request came to: its control message, with the interface left
 * open, does that (IP_PKTINFO in ip(7), RFC 3542). */
static bool send_answer(int fd, struct msghdr *msg, void *answer, size_t len)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(msg);
    if (c && c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(c);
        info->ipi_spec_dst = info->ipi_addr;
        info->ipi_ifindex = 0;
    }
    *msg->msg_iov = (struct iovec){answer, len};
    ssize_t n = sendmsg(fd, msg, 0);
    trace("sendmsg(%d, %zu bytes) = %zd", fd, len, n);
    return n != -1;
}

static void tell(const struct endpoint *from, const struct icmp_message *request, const char *what)
{
    char text[ENDPOINT_TEXT_MAX];
    say("echo request from %s, id %u seq %u, %zu bytes of data: %s", format_host(from, text),
        request->id, request->seq, request->data_len, what);
}

/* Takes one packet and answers it. `number` counts the requests. */
static void serve_request(int fd, enum form form, const struct options *opt, long *number)
{
    static uint8_t packet[PACKET_MAX], answer[PACKET_MAX];
    alignas(struct cmsghdr) char control[256];
    struct endpoint from = {.len = sizeof from.addr};
    struct iovec data = {packet, sizeof packet};
    struct msghdr msg = {.msg_name = &from.addr, .msg_namelen = from.len, .msg_iov = &data};
    msg.msg_iovlen = 1;
    msg.msg_control = control;
    msg.msg_controllen = sizeof control;
    ssize_t n = recvmsg(fd, &msg, 0);
    trace("recvmsg(%d) = %zd", fd, n);
    if (n == -1)
        return; /* a signal: the caller looks at `stop` */
    from.len = msg.msg_namelen;
    struct icmp_message request = parse_icmp(packet, (size_t)n, form, 0);
    if (request.verdict == TRUNCATED || request.verdict == BAD_CHECKSUM) {
        tell(&from, &request, "damaged, not answered");
        return;
    }
    enum mode mode = ++*number % opt->every == 0 ? opt->mode : PROPER;
    size_t len = build_answer(answer, form, &request, mode);
    bool sent = mode == SILENT || send_answer(fd, &msg, answer, len);
    if (sent && mode == TWICE)
        sent = send_answer(fd, &msg, answer, len);
    if (!sent)
        tell(&from, &request, errno_name(errno));
    else if (!opt->quiet)
        tell(&from, &request, mode == PROPER ? "answered" : mode_names[mode]);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    struct pollfd fds[] = {{.fd = open_socket(AF_INET), .events = POLLIN},
                           {.fd = open_socket(AF_INET6), .events = POLLIN}};
    if (stop_on_signals() == -1)
        die("sigaction");
    warn_of_kernel();
    say("answering echo requests by IPv4%s%s%s", fds[1].fd == -1 ? "" : " and IPv6",
        opt.mode == PROPER ? "" : ", misbehaving: ",
        opt.mode == PROPER ? "" : mode_names[opt.mode]);

    for (long number = 0; !stop;) {
        if (poll(fds, 2, -1) == -1)
            continue;
        if (fds[0].revents)
            serve_request(fds[0].fd, FORM_IP, &opt, &number);
        if (fds[1].revents)
            serve_request(fds[1].fd, FORM_ICMP6, &opt, &number);
    }
    say("stopped");
    return EXIT_SUCCESS;
}
