/* epolls.c - a right program: epoll, and a timerfd for the connect that has waited for the longest
 * time. */
#include "scanner.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

/* A ring: all have the same patience, so the first one that began is the first one that is late. */
static struct attempt {
    long long due_us;
    int fd;
} attempts[65536];

static int epoll_fd, timer_fd;

/* Sets the timer for the first connect that is still under way, from `at` on. */
static long set_timer(long at, long next)
{
    while (at < next && attempts[at].fd < 0)
        at++;
    if (at < next) {
        long long due = attempts[at].due_us;
        struct itimerspec when = {.it_value = {due / 1000000, due % 1000000 * 1000}};
        timerfd_settime(timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
    }
    return at;
}

static void answer(long port, int error)
{
    int fd = attempts[port].fd;
    attempts[port].fd = -1;
    over(fd, port, error);
}

static void scan_ports(void)
{
    long next = first, oldest = first, under_way = 0;
    epoll_fd = epoll_create1(0);
    timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer_fd, &(struct epoll_event){.events = EPOLLIN});
    while (next <= last || under_way > 0) {
        while (next <= last && under_way < window) {
            int fd = begin(next);
            if (fd == -1)
                break;
            attempts[next] = (struct attempt){now_us() + wait_ms * 1000, fd};
            if (fd >= 0) {
                under_way++;
                epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd,
                          &(struct epoll_event){.events = EPOLLOUT | EPOLLONESHOT,
                                                .data.u32 = (uint32_t)next});
            }
            next++;
        }
        if (under_way == 0)
            continue;
        oldest = set_timer(oldest, next);
        struct epoll_event events[50];
        int ready = epoll_wait(epoll_fd, events, 50, -1);
        bool rings = false;
        for (int i = 0; i < ready; i++) {
            long port = (long)events[i].data.u32;
            rings |= port == 0;
            if (port == 0)
                continue;
            answer(port, error_of(attempts[port].fd));
            under_way--;
        }
        for (long port = oldest; rings && port < next && attempts[port].due_us <= now_us(); port++)
            if (attempts[port].fd >= 0) {
                answer(port, ETIMEDOUT);
                under_way--;
            }
    }
}
