/* scanner.h - what the variants of the exercise share: everything but the scan itself. A variant
 * defines scan_ports(), which sets kinds[port] for each port from first to last. */
#ifndef SOCKET_LABS_VARIANT_SCANNER_H
#define SOCKET_LABS_VARIANT_SCANNER_H

#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum kind { UNKNOWN, OPEN, CLOSED, FILTERED };

static unsigned char kinds_here[65536];
static unsigned char *kinds = kinds_here;
static struct sockaddr_in host;
static long first, last, window = 64, wait_ms = 1000;

static void scan_ports(void);

static inline long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* What is left until then in ms, for poll: rounded up, and not negative. */
static inline int until_ms(long long due_us)
{
    long long left_us = due_us - now_us();
    return left_us > 0 ? (int)((left_us + 999) / 1000) : 0;
}

/* Begins to connect to this port. Returns the socket, -1 if there is no descriptor left, and -2 if
 * the port has answered already and has its kind. */
static inline int begin(long port);

/* The error of a connect that has ended. */
static inline int error_of(int fd)
{
    int error = 0;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
    return error;
}

static inline bool met_itself(int fd)
{
    char here[ENDPOINT_TEXT_MAX], there[ENDPOINT_TEXT_MAX];
    return strcmp(local_endpoint(fd, here), peer_endpoint(fd, there)) == 0;
}

static inline unsigned char kind_of(int fd, int error)
{
    if (error == 0)
        return met_itself(fd) ? CLOSED : OPEN;
    return error == ECONNREFUSED ? CLOSED : FILTERED;
}

/* The attempt has ended, with this error. */
static inline void over(int fd, long port, int error)
{
    kinds[port] = kind_of(fd, error);
    close(fd);
}

static inline int begin(long port)
{
    struct sockaddr_in to = host;
    to.sin_port = htons((uint16_t)port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) == -1 && errno == EINPROGRESS)
        return fd;
    over(fd, port, errno);
    return -2;
}

int main(int argc, char *argv[])
{
    static const char *const names[] = {"unknown", "open", "closed", "filtered"};
    diag_init("scan");
    for (int c; (c = next_option(argc, argv, "n:w:", "usage: scan ...")) != -1;) {
        if (c == 'n')
            window = number_option(c, "a number of connects", 1, 300);
        if (c == 'w')
            wait_ms = number_option(c, "a time in ms", 1, 60000);
    }
    if (argc - optind != 2)
        die_usage("a HOST and a range");
    char *dash = strchr(argv[optind + 1], '-'), whole[100];
    snprintf(whole, sizeof whole, "%s", argv[optind + 1]);
    if (dash)
        *dash = '\0';
    if (!dash || !parse_number(argv[optind + 1], 1, 65535, &first) ||
        !parse_number(dash + 1, first, 65535, &last))
        die_usage("not a range: %s", whole);
    if (inet_pton(AF_INET, argv[optind], &host.sin_addr) != 1)
        die_plain("%s is no IPv4 address", argv[optind]);
    host.sin_family = AF_INET;
    scan_ports();
    for (long port = first; port <= last; port++)
        printf("scan: %ld %s\n", port, names[kinds[port]]);
    return 0;
}

#endif
