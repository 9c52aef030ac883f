/* epolls.c - a right program: epoll, with a timerfd among the attempts. */
#include "race.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

enum { TIMER = 1000 };

static void set_timer(int timer_fd, long ms)
{
    struct itimerspec when = {.it_value.tv_nsec = ms == 0 ? 1 : ms * 1000000};
    timerfd_settime(timer_fd, 0, &when, NULL);
}

static void watch(int epoll_fd, int fd, uint32_t events, size_t number)
{
    struct epoll_event event = {.events = events, .data.u64 = number};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    int fds[256], last = 0, result = -1, epoll_fd = epoll_create1(0),
                  timer_fd = timerfd_create(CLOCK_MONOTONIC, 0);
    size_t started = 0, left = 0;
    watch(epoll_fd, timer_fd, EPOLLIN, TIMER);
    set_timer(timer_fd, 0);
    while (result == -1 && (left > 0 || started < count)) {
        struct epoll_event event;
        if (epoll_wait(epoll_fd, &event, 1, -1) != 1)
            continue;
        if (event.data.u64 == TIMER) {
            uint64_t ticks;
            if (read(timer_fd, &ticks, sizeof ticks) == -1 || started == count)
                continue;
            fds[started] = start_attempt(a[started]);
            if (fds[started] != -1) {
                watch(epoll_fd, fds[started], EPOLLOUT, started);
                left++;
            } else {
                last = errno;
            }
            set_timer(timer_fd, fds[started++] == -1 ? 0 : PATIENCE_MS);
            continue;
        }
        size_t i = event.data.u64;
        int error = error_of(fds[i]);
        if (error == 0) {
            *winner = i;
            result = fds[i];
            break;
        }
        last = error;
        close(fds[i]);
        fds[i] = -1;
        left--;
        set_timer(timer_fd, 0);
    }
    close(epoll_fd);
    close(timer_fd);
    close_all_but(result, fds, started);
    errno = last;
    return result;
}
