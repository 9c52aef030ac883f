/* traceroute.c - traceroute with epoll over the raw socket and a timerfd: the timer is set once for
 * each hop, so that no other packet prolongs the wait. The raw socket is non-blocking. A probe
 * has 1,400 bytes; an error quotes 548 of them at most. */
#include "diag.h"
#include "judge.h"
#include "net.h"
#include "report.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

static int wait_for(int all, int raw, int timer, const struct sockaddr_in *target, in_port_t own,
                    struct in_addr *from)
{
    for (;;) {
        unsigned char packet[1024];
        ssize_t n = recv(raw, packet, sizeof packet, 0);
        int answer = n > 0 ? judge(packet, (size_t)n, target, own) : -1;
        if (answer != -1) {
            memcpy(from, packet + 12, sizeof *from);
            return answer;
        }
        struct epoll_event event;
        if (n == -1 && epoll_wait(all, &event, 1, -1) == 1 && event.data.fd == timer)
            return -1;
    }
}

static const char probe[1400];

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
    struct sockaddr_in own = {.sin_family = AF_INET};
    socklen_t len = sizeof own;
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    int raw = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMP);
    if (udp == -1 || raw == -1 || bind(udp, (struct sockaddr *)&own, len) == -1 ||
        getsockname(udp, (struct sockaddr *)&own, &len) == -1)
        die("socket");
    int all = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    epoll_ctl(all, EPOLL_CTL_ADD, raw, &(struct epoll_event){.events = EPOLLIN, .data.fd = raw});
    epoll_ctl(all, EPOLL_CTL_ADD, timer,
              &(struct epoll_event){.events = EPOLLIN, .data.fd = timer});
    for (int hop = 1; hop <= hops; hop++) {
        struct in_addr from = {0};
        struct itimerspec time = {.it_value = {patience / 1000, patience % 1000 * 1000000}};
        setsockopt(udp, IPPROTO_IP, IP_TTL, &hop, sizeof hop);
        target.sin_port = htons((in_port_t)(33433 + hop));
        timerfd_settime(timer, 0, &time, NULL);
        if (sendto(udp, probe, sizeof probe, 0, (struct sockaddr *)&target, sizeof target) == -1)
            die("sendto");
        int answer = wait_for(all, raw, timer, &target, own.sin_port, &from);
        int status = report(hop, answer, from);
        if (status != -1)
            return status;
    }
    return 1;
}
