/* again.c - a right program, the fastest: a socket that was refused tries the next port, which
 * spares two of four system calls. Linux allows that, POSIX does not promise it. Two processes
 * share the ports. */
#include "scanner.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>

static struct pollfd going[300];
static long ports[300];
static long long due_us[300];
static int spare[300]; /* sockets that were refused */
static long count, spares;

/* Connects to that port, or asks how that went. Returns 0, EINPROGRESS or the error. */
static int try_port(int fd, long port)
{
    struct sockaddr_in to = host;
    to.sin_port = htons((uint16_t)port);
    return connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
}

static void ended(int fd, long port, int error)
{
    if (error != ECONNREFUSED) {
        over(fd, port, error);
        return;
    }
    kinds[port] = CLOSED;
    spare[spares++] = fd;
}

/* Returns false if there is no descriptor for it. */
static bool start(long port)
{
    int fd = spares > 0 ? spare[--spares] : socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return false;
    int error = try_port(fd, port);
    if (error == EINPROGRESS) {
        going[count] = (struct pollfd){.fd = fd, .events = POLLOUT};
        ports[count] = port;
        due_us[count++] = now_us() + wait_ms * 1000;
    } else {
        ended(fd, port, error);
    }
    return true;
}

/* Scans the ports from next to end, with at most `most` connects at a time. */
static void scan_part(long next, long end, long most)
{
    while (next <= end || count > 0) {
        while (next <= end && count < most && start(next))
            next++;
        long long soonest_us = now_us() + wait_ms * 1000;
        for (long i = 0; i < count; i++)
            soonest_us = due_us[i] < soonest_us ? due_us[i] : soonest_us;
        if (poll(going, (nfds_t)count, until_ms(soonest_us)) == -1)
            continue;
        for (long i = count - 1; i >= 0; i--) {
            bool answered = going[i].revents != 0;
            if (!answered && now_us() < due_us[i])
                continue;
            /* A second connect is told the answer; after a refusal the socket is as new. */
            ended(going[i].fd, ports[i], answered ? try_port(going[i].fd, ports[i]) : ETIMEDOUT);
            count--;
            going[i] = going[count];
            ports[i] = ports[count];
            due_us[i] = due_us[count];
        }
    }
}

static void scan_ports(void)
{
    long middle = (first + last) / 2;
    unsigned char *shared =
        mmap(NULL, sizeof kinds_here, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = -1;
    if (shared != MAP_FAILED && window > 1 && first < last) {
        kinds = shared;
        child = fork();
    }
    if (child == -1) {
        scan_part(first, last, window);
    } else if (child == 0) {
        scan_part(middle + 1, last, window / 2);
        _exit(0);
    } else {
        scan_part(first, middle, window - window / 2);
        while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
            ;
    }
}
