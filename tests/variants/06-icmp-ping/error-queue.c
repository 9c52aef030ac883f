/* traceroute.c - traceroute without a raw socket: IP_RECVERR makes the
 * kernel keep the errors about a UDP socket's own datagrams in a queue.
 * Each probe has a socket of its own, and the kernel compares the quotes. */
#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct answer {
    int type, code;
    struct in_addr from;
};

static long long milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int send_probe(struct sockaddr_in target, int hop)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0), on = 1;
    target.sin_port = htons((in_port_t)(33433 + hop));
    if (fd == -1 || setsockopt(fd, SOL_IP, IP_TTL, &hop, sizeof hop) == -1 ||
        setsockopt(fd, SOL_IP, IP_RECVERR, &on, sizeof on) == -1 ||
        connect(fd, (struct sockaddr *)&target, sizeof target) == -1 || send(fd, "", 1, 0) == -1)
        die("probe %d", hop);
    return fd;
}

/* True if an error was in the queue. */
static bool take_error(int fd, struct answer *answer)
{
    char data[8], control[512];
    struct iovec part = {data, sizeof data};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    if (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) == -1)
        return false;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
        struct {
            struct sock_extended_err error;
            struct sockaddr_in from;
        } found;
        if (c->cmsg_level != SOL_IP || c->cmsg_type != IP_RECVERR)
            continue;
        memcpy(&found, CMSG_DATA(c), sizeof found);
        if (found.error.ee_origin != SO_EE_ORIGIN_ICMP)
            continue;
        *answer = (struct answer){found.error.ee_type, found.error.ee_code, found.from.sin_addr};
        return true;
    }
    return false;
}

static bool wait_for(int fd, long patience, struct answer *answer)
{
    long long end = milliseconds() + patience;
    for (long long left = patience; left > 0; left = end - milliseconds()) {
        struct pollfd wait = {.fd = fd};
        if (poll(&wait, 1, (int)left) < 1 || !take_error(fd, answer))
            continue;
        if (answer->type == ICMP_DEST_UNREACH ||
            (answer->type == ICMP_TIME_EXCEEDED && answer->code == ICMP_EXC_TTL))
            return true;
    }
    return false;
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
    for (int hop = 1; hop <= hops; hop++) {
        struct answer answer;
        int fd = send_probe(target, hop);
        bool came = wait_for(fd, patience, &answer);
        close(fd);
        if (!came) {
            say("%d  *", hop);
        } else if (answer.type == ICMP_TIME_EXCEEDED) {
            say("%d  %s", hop, inet_ntoa(answer.from));
        } else if (answer.code == ICMP_PORT_UNREACH) {
            say("%d  %s", hop, inet_ntoa(answer.from));
            return 0;
        } else {
            if (answer.code > ICMP_HOST_UNREACH)
                say("%d  %s  !%d", hop, inet_ntoa(answer.from), answer.code);
            else
                say("%d  %s  !%c", hop, inet_ntoa(answer.from), "NH"[answer.code]);
            return 1;
        }
    }
    return 1;
}
