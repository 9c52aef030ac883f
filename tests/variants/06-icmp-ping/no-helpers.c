/* traceroute.c - traceroute without any helper of the course: getopt and getaddrinfo, the TTL as
 * ancillary data, and recvmmsg for several packets at once. */
#include "judge.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 16, LENGTH = 256 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void send_probe(int fd, struct sockaddr_in *target, int ttl)
{
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec data = {(char[]){"x"}, 1};
    struct msghdr message = {.msg_name = target, .msg_namelen = sizeof *target, .msg_iov = &data};
    message.msg_iovlen = 1;
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_IP;
    c->cmsg_type = IP_TTL;
    c->cmsg_len = CMSG_LEN(sizeof ttl);
    memcpy(CMSG_DATA(c), &ttl, sizeof ttl);
    if (sendmsg(fd, &message, 0) == -1)
        perror("traceroute: sendmsg");
}

static int wait_for(int raw, const struct sockaddr_in *target, in_port_t own, double end,
                    struct in_addr *from)
{
    static unsigned char packets[BATCH][LENGTH];
    for (double left; (left = end - seconds()) > 0;) {
        struct pollfd wait = {.fd = raw, .events = POLLIN};
        struct mmsghdr all[BATCH] = {0};
        struct iovec parts[BATCH];
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){packets[i], LENGTH};
            all[i].msg_hdr.msg_iov = &parts[i];
            all[i].msg_hdr.msg_iovlen = 1;
        }
        if (poll(&wait, 1, (int)(left * 1000) + 1) != 1)
            continue;
        int count = recvmmsg(raw, all, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < count; i++) {
            int answer = judge(packets[i], all[i].msg_len, target, own);
            memcpy(from, packets[i] + 12, sizeof *from);
            if (answer != -1)
                return answer;
        }
    }
    return -1;
}

int main(int argc, char *argv[])
{
    int hops = 30;
    double patience = 1;
    for (int c; (c = getopt(argc, argv, "m:w:")) != -1;) {
        if (c == '?')
            return 2;
        if (c == 'm')
            hops = atoi(optarg);
        else
            patience = atof(optarg) / 1000;
    }
    struct addrinfo *found, hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM};
    if (optind + 1 != argc || getaddrinfo(argv[optind], "33434", &hints, &found) != 0)
        return fprintf(stderr, "usage: traceroute [-m HOPS] [-w MILLISECONDS] HOST\n"), 2;
    struct sockaddr_in target, own = {.sin_family = AF_INET};
    socklen_t len = sizeof own;
    memcpy(&target, found->ai_addr, sizeof target);
    freeaddrinfo(found);
    int udp = socket(AF_INET, SOCK_DGRAM, 0), raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (udp == -1 || raw == -1 || bind(udp, (struct sockaddr *)&own, len) == -1 ||
        getsockname(udp, (struct sockaddr *)&own, &len) == -1)
        return perror("traceroute"), 1;
    for (int hop = 1; hop <= hops; hop++) {
        struct in_addr from = {0};
        target.sin_port = htons((in_port_t)(33433 + hop));
        send_probe(udp, &target, hop);
        int answer = wait_for(raw, &target, own.sin_port, seconds() + patience, &from);
        printf("traceroute: %d  %s", hop, answer == -1 ? "*" : inet_ntoa(from));
        if (answer == ICMP_UNREACH * 256 + ICMP_UNREACH_NET)
            printf(" !N");
        else if (answer == ICMP_UNREACH * 256 + ICMP_UNREACH_HOST)
            printf(" !H");
        else if (answer >> 8 == ICMP_UNREACH && answer % 256 != ICMP_UNREACH_PORT)
            printf(" !%d", answer % 256);
        puts("");
        fflush(stdout);
        if (answer >> 8 == ICMP_UNREACH)
            return answer % 256 != ICMP_UNREACH_PORT;
    }
    return 1;
}
