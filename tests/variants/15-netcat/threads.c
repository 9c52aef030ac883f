/* threads.c - a right program: as many threads as the window has places, each with one connect at
 * a time, and poll for one descriptor. */
#include "scanner.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_long next_port;

static void try_port(long port)
{
    int fd;
    while ((fd = begin(port)) == -1)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* others have the descriptors */
    if (fd == -2)
        return;
    long long due_us = now_us() + wait_ms * 1000;
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    int ready;
    do
        ready = poll(&one, 1, until_ms(due_us));
    while (ready == -1 || (ready == 0 && now_us() < due_us));
    over(fd, port, ready == 1 ? error_of(fd) : ETIMEDOUT);
}

static void *work(void *nothing)
{
    for (long port; (port = next_port++) <= last;)
        try_port(port);
    return nothing;
}

static void scan_ports(void)
{
    pthread_t threads[300];
    pthread_attr_t small;
    next_port = first;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    for (long i = 0; i < window; i++)
        if (pthread_create(&threads[i], &small, work, NULL) != 0)
            die_plain("no thread");
    for (long i = 0; i < window; i++)
        pthread_join(threads[i], NULL);
}
