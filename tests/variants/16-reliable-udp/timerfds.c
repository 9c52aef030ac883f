/* timerfds.c - epoll tells of the socket and of a timer, which is a descriptor, too. */
#include "sender.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>

static void arm(int timer_fd, double ms)
{
    struct itimerspec in = {.it_value = {(time_t)(ms / 1000), (long)(ms * 1e6) % 1000000000}};
    timerfd_settime(timer_fd, 0, &in, NULL);
}

int main(int argc, char *argv[])
{
    struct sender s = begin(argc, argv);
    int timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), epoll_fd = epoll_create1(0);
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timer_fd,
              &(struct epoll_event){.events = EPOLLIN, .data.fd = timer_fd});
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, s.fd,
              &(struct epoll_event){.events = EPOLLIN, .data.fd = s.fd});
    fill(&s);
    arm(timer_fd, s.rto);
    while (!done(&s)) {
        struct epoll_event event;
        uint64_t ticks;
        unsigned char ack[64];
        if (epoll_wait(epoll_fd, &event, 1, -1) != 1)
            continue;
        if (event.data.fd == timer_fd) {
            if (read(timer_fd, &ticks, sizeof ticks) == -1)
                continue; /* it was armed again meanwhile */
            timed_out(&s);
        } else {
            ssize_t n = recv(s.fd, ack, sizeof ack, MSG_DONTWAIT);
            if (n == -1 && errno != EAGAIN)
                die("recv");
            if (!take(&s, ack, n))
                continue;
        }
        fill(&s);
        arm(timer_fd, s.rto);
    }
    return EXIT_SUCCESS;
}
