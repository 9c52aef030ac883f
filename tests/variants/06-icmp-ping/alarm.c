/* traceroute.c - traceroute that blocks in recvmsg, and lets a
 * timer's signal interrupt it when patience ends. The signal comes
 * again and again, so it cannot come in vain just before the call. */
#include "diag.h"
#include "judge.h"
#include "net.h"
#include "report.h"

#include <arpa/inet.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile sig_atomic_t over;

static void on_alarm(int signal)
{
    (void)signal;
    over = 1;
}

static int wait_for(int raw, const struct sockaddr_in *target, in_port_t own, struct in_addr *from)
{
    while (!over) {
        unsigned char packet[600];
        struct sockaddr_in sender = {0};
        struct iovec part = {packet, sizeof packet};
        struct msghdr message = {
            .msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &part};
        message.msg_iovlen = 1;
        ssize_t n = recvmsg(raw, &message, 0);
        int answer = n > 0 ? judge(packet, (size_t)n, target, own) : -1;
        *from = sender.sin_addr;
        if (answer != -1)
            return answer;
    }
    return -1;
}

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
    int raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (udp == -1 || raw == -1 || bind(udp, (struct sockaddr *)&own, len) == -1 ||
        getsockname(udp, (struct sockaddr *)&own, &len) == -1)
        die("socket");
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    for (int hop = 1; hop <= hops; hop++) {
        struct in_addr from = {0};
        struct itimerval time = {.it_interval.tv_usec = 1000}, none = {0};
        time.it_value.tv_sec = patience / 1000;
        time.it_value.tv_usec = patience % 1000 * 1000;
        target.sin_port = htons((in_port_t)(33433 + hop));
        setsockopt(udp, SOL_IP, IP_TTL, &hop, sizeof hop);
        sendto(udp, "", 1, 0, (struct sockaddr *)&target, sizeof target);
        over = 0;
        setitimer(ITIMER_REAL, &time, NULL);
        int answer = wait_for(raw, &target, own.sin_port, &from);
        setitimer(ITIMER_REAL, &none, NULL);
        int status = report(hop, answer, from);
        if (status != -1)
            return status;
    }
    return 1;
}
