/* clock.c - the time, and waiting for it; clock.h says what each function promises. */
#include "clock.h"

#include <poll.h>
#include <time.h>

uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int wait_until(struct pollfd *fds, unsigned count, uint64_t until)
{
    uint64_t now = now_us(), left = until > now ? until - now : 0;
    struct timespec patience = {(time_t)(left / 1000000), (long)(left % 1000000) * 1000};
    return ppoll(fds, count, until == UINT64_MAX ? NULL : &patience, NULL);
}
