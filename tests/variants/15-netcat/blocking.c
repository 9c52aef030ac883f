/* blocking.c - a right program: threads with a blocking connect, whose patience is SO_SNDTIMEO
 * (socket(7)). */
#include "scanner.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/time.h>

static atomic_long next_port;

static int outcome(int fd, long long due_us)
{
    struct pollfd attempt = {.fd = fd, .events = POLLOUT};
    int ready;
    while ((ready = poll(&attempt, 1, until_ms(due_us))) == -1)
        continue;
    return ready == 0 ? ETIMEDOUT : error_of(fd);
}

static void *work(void *nothing)
{
    for (long port; (port = next_port++) <= last;) {
        struct sockaddr_in to = host;
        to.sin_port = htons((uint16_t)port);
        int fd;
        while ((fd = socket(AF_INET, SOCK_STREAM, 0)) == -1)
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        struct timeval patience = {wait_ms / 1000, wait_ms % 1000 * 1000};
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        long long due_us = now_us() + wait_ms * 1000LL;
        int error = connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
        if (error == EINTR) /* it goes on without us (connect(2)) */
            error = outcome(fd, due_us);
        over(fd, port, error);
    }
    return nothing;
}

static void scan_ports(void)
{
    pthread_t threads[300];
    next_port = first;
    long ports = last - first + 1, count = window < ports ? window : ports;
    for (long i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            die_plain("no thread");
    for (long i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}
