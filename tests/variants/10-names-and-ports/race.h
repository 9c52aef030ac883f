/* race.h - what the variants of the exercise share:
 * everything but the race itself. A variant defines race(). */
#ifndef RACE_H
#define RACE_H

#include "diag.h"
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 250 };

/* Tries the addresses in this order. Returns a connection, and sets *winner to the index of its
 * address; or -1 with errno of the last failure. */
static int race(const struct addrinfo *const *a, size_t count, size_t *winner);

static inline long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* What poll may wait until that time: not negative. */
static inline int until_ms(long long due_ms)
{
    long long left_ms = due_ms - now_ms();
    return left_ms > 0 ? (int)left_ms : 0;
}

/* Starts an attempt. Returns its descriptor, or -1 if it has failed already. */
static inline int start_attempt(const struct addrinfo *a)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1 || connect(fd, a->ai_addr, a->ai_addrlen) == 0 || errno == EINPROGRESS)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

/* The error of an attempt that has ended, or 0. */
static inline int error_of(int fd)
{
    int error = 0;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
    return error;
}

static inline void close_all_but(int winner_fd, const int *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fds[i] != -1 && fds[i] != winner_fd)
            close(fds[i]);
}

/* The families by turns: one pass for each place in line. */
static inline size_t by_turns(const struct addrinfo *found, const struct addrinfo **out,
                              size_t room)
{
    size_t count = 0;
    for (size_t rank = 0; count < room; rank++) {
        size_t before = count, sixes = 0, fours = 0;
        const struct addrinfo *four = NULL, *six = NULL;
        for (const struct addrinfo *a = found; a; a = a->ai_next) {
            if (a->ai_family == AF_INET6 && sixes++ == rank)
                six = a;
            if (a->ai_family == AF_INET && fours++ == rank)
                four = a;
        }
        if (six)
            out[count++] = six;
        if (four && count < room)
            out[count++] = four;
        if (count == before)
            break;
    }
    return count;
}

int main(int argc, char *argv[])
{
    diag_init("eyeballs");
    next_option(argc, argv, "", "usage: eyeballs [-v] HOST PORT");
    if (argc - optind != 2)
        die_usage("a HOST and a PORT");
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    static const struct addrinfo *addresses[256];
    size_t winner = 0;
    int error = getaddrinfo(argv[optind], argv[optind + 1], &hints, &found);
    if (error != 0)
        die_plain("%s: %s", argv[optind], gai_strerror(error));
    int fd = race(addresses, by_turns(found, addresses, 256), &winner);
    if (fd == -1)
        die("cannot connect to %s", argv[optind]);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    char text[NI_MAXHOST], data[1000];
    getnameinfo(addresses[winner]->ai_addr, addresses[winner]->ai_addrlen, text, sizeof text, NULL,
                0, NI_NUMERICHOST);
    printf("connected %s\n", text);
    ssize_t got;
    while ((got = recv_some(fd, data, sizeof data)) > 0)
        if (write_all(STDOUT_FILENO, data, (size_t)got) == -1)
            die("write");
    if (got == -1)
        die("recv");
    freeaddrinfo(found);
    return EXIT_SUCCESS;
}

#endif
