/* traceroute.c - traceroute with a thread that does nothing but
 * receive and judge, and a main thread that sends and waits for its
 * word on a condition variable until the moment when patience ends. */
#include "diag.h"
#include "judge.h"
#include "net.h"
#include "report.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct sockaddr_in probed; /* where the last probe went */
static in_port_t own_port;
static int answer, raw;
static struct in_addr answer_from;

static void *receive(void *unused)
{
    unsigned char packet[3000];
    for (ssize_t n; (n = recv(raw, packet, sizeof packet, 0)) >= 0 || errno == EINTR;) {
        pthread_mutex_lock(&lock);
        int judged = n > 0 ? judge(packet, (size_t)n, &probed, own_port) : -1;
        if (judged != -1 && answer == -1) {
            answer = judged;
            memcpy(&answer_from, packet + 12, sizeof answer_from);
            pthread_cond_signal(&changed);
        }
        pthread_mutex_unlock(&lock);
    }
    return unused;
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
    raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
    if (udp == -1 || raw == -1 || bind(udp, (struct sockaddr *)&own, len) == -1 ||
        getsockname(udp, (struct sockaddr *)&own, &len) == -1)
        die("socket");
    own_port = own.sin_port;
    pthread_t thread;
    if (pthread_create(&thread, NULL, receive, NULL) != 0)
        die_plain("no thread");
    for (int hop = 1; hop <= hops; hop++) {
        struct timespec end;
        target.sin_port = htons((in_port_t)(33433 + hop));
        setsockopt(udp, IPPROTO_IP, IP_TTL, &hop, sizeof hop);
        pthread_mutex_lock(&lock);
        probed = target;
        answer = -1;
        sendto(udp, NULL, 0, 0, (struct sockaddr *)&target, sizeof target);
        clock_gettime(CLOCK_REALTIME, &end);
        end.tv_nsec += patience % 1000 * 1000000;
        end.tv_sec += patience / 1000 + end.tv_nsec / 1000000000;
        end.tv_nsec %= 1000000000;
        while (answer == -1 && pthread_cond_timedwait(&changed, &lock, &end) == 0)
            ;
        int status = report(hop, answer, answer_from);
        pthread_mutex_unlock(&lock);
        if (status != -1)
            return status;
    }
    return 1;
}
