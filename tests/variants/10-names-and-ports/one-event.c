/* one-event.c - a right program: each turn of the
 * loop starts one attempt, and waits for one event. */
#include "race.h"

#include <poll.h>

/* Waits for one of the attempts until due_ms (-1: for ever).
 * Returns its index, or `started` if the time is over. */
static size_t wait_for_one(const int *fds, size_t started, long long due_ms)
{
    struct pollfd work[256];
    for (size_t i = 0; i < started; i++)
        work[i] = (struct pollfd){.fd = fds[i], .events = POLLOUT};
    int ready = poll(work, started, due_ms == -1 ? -1 : until_ms(due_ms));
    for (size_t i = 0; ready > 0 && i < started; i++)
        if (fds[i] != -1 && work[i].revents != 0)
            return i;
    return started;
}

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    int fds[256], last = 0;
    size_t left = 0;
    for (size_t started = 0; started < count || left > 0;) {
        long long due_ms = -1;
        if (started < count) {
            fds[started] = start_attempt(a[started]);
            last = fds[started] == -1 ? errno : last;
            due_ms = now_ms() + (fds[started] == -1 ? 0 : PATIENCE_MS);
            left += fds[started++] != -1;
            due_ms = started == count ? -1 : due_ms;
        }
        size_t i = left > 0 ? wait_for_one(fds, started, due_ms) : started;
        if (i == started)
            continue;
        int error = error_of(fds[i]);
        if (error == 0) {
            *winner = i;
            close_all_but(fds[i], fds, started);
            return fds[i];
        }
        last = error;
        close(fds[i]);
        fds[i] = -1;
        left--;
    }
    errno = last;
    return -1;
}
