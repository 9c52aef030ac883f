/* server.c - the gap report over a non-blocking socket: epoll says when to read, and each time it
 * reads until nothing is left. A signalfd ends it on SIGTERM and SIGINT. */
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
    bool known;
    struct sockaddr_in sender;
    unsigned long long lowest, highest; /* with the number of wraps in the upper bits, from 2 on */
    unsigned long long received, duplicated, reordered, foreign, garbage;
    unsigned long long last[65536]; /* the latest number with these 16 bits that came, or 0 */
} report;

/* The 16 bits belong to the cycle of the highest number, to the one before or to the one after. */
static unsigned long long whole(uint16_t bits)
{
    unsigned long long cycle = report.highest >> 16, n = cycle << 16 | bits;
    if (n + 32768 < report.highest)
        return n + 65536;
    return n > report.highest + 32767 ? n - 65536 : n;
}

static void note(uint16_t bits)
{
    if (report.received == 0)
        report.lowest = report.highest = 2ULL << 16 | bits;
    unsigned long long n = whole(bits);
    if (report.last[bits] == n) {
        report.duplicated++;
        return;
    }
    report.last[bits] = n;
    report.received++;
    if (n < report.highest)
        report.reordered++;
    if (n > report.highest)
        report.highest = n;
    if (n < report.lowest)
        report.lowest = n;
}

static void answer(int fd, uint16_t next)
{
    unsigned long long end = whole(next);
    if (end < report.highest + 1)
        end = report.highest + 1;
    char text[256];
    snprintf(text, sizeof text,
             "received %llu lost %llu duplicated %llu reordered %llu foreign %llu garbage %llu\n",
             report.received, end - report.lowest - report.received, report.duplicated,
             report.reordered, report.foreign, report.garbage);
    if (sendto(fd, text, strlen(text), 0, (struct sockaddr *)&report.sender,
               sizeof report.sender) == -1)
        die("sendto");
}

static bool read_one(int fd)
{
    unsigned char data[4096];
    struct sockaddr_in from;
    socklen_t from_len = sizeof from;
    ssize_t len = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &from_len);
    if (len == -1 && errno == EAGAIN)
        return false;
    if (len == -1)
        die("recvfrom");
    if (report.known && memcmp(&from, &report.sender, sizeof from) != 0) {
        report.foreign++;
        return true;
    }
    bool number = len >= 4 && memcmp(data, "N#", 2) == 0;
    bool question = len == 4 && memcmp(data, "R?", 2) == 0;
    uint16_t bits = 0;
    if (number || question)
        bits = (uint16_t)(data[2] * 256 + data[3]);
    if (number && !report.known) {
        report.known = true;
        report.sender = from;
    }
    if (number)
        note(bits);
    else if (question && report.known)
        answer(fd, bits);
    else
        report.garbage++;
    return true;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", "usage: server [-v] [-p PORT]")) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind");
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    int signals = signalfd(-1, &ends, 0), all = epoll_create1(0);
    struct epoll_event socket_event = {.events = EPOLLIN | EPOLLET, .data.fd = fd};
    struct epoll_event signal_event = {.events = EPOLLIN, .data.fd = signals};
    if (epoll_ctl(all, EPOLL_CTL_ADD, fd, &socket_event) == -1 ||
        epoll_ctl(all, EPOLL_CTL_ADD, signals, &signal_event) == -1)
        die("epoll_ctl");
    for (struct epoll_event event; epoll_wait(all, &event, 1, -1) == 1 || errno == EINTR;) {
        if (event.data.fd == signals)
            return 0;
        while (read_one(fd))
            ;
    }
    die("epoll_wait");
}
