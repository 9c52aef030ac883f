/* forks.c - a right program: a pool of children, one connect each at a time. They share the table
 * of kinds, and a counter of ports. */
#include "scanner.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

static void work(atomic_long *next)
{
    for (long port; (port = (*next)++) <= last;) {
        int fd = begin(port);
        if (fd == -1)
            _exit(1);
        if (fd == -2)
            continue;
        struct pollfd one = {.fd = fd, .events = POLLOUT};
        long long due_us = now_us() + wait_ms * 1000;
        int ready = -1;
        while (ready == -1)
            ready = poll(&one, 1, until_ms(due_us));
        over(fd, port, ready > 0 ? error_of(fd) : ETIMEDOUT);
    }
    _exit(0);
}

static void scan_ports(void)
{
    atomic_long *next =
        mmap(NULL, sizeof *next + 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (next == MAP_FAILED)
        die("mmap");
    kinds = (unsigned char *)(next + 1);
    *next = first;
    for (long i = 0; i < window; i++) {
        pid_t pid = fork();
        if (pid == -1)
            die("fork");
        if (pid == 0)
            work(next);
    }
    int status;
    while (wait(&status) > 0)
        if (status != 0)
            die_plain("a child has failed");
}
