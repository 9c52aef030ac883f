/* selects.c - a right program: select, which shortens the time by itself on Linux. */
#include "race.h"

#include <sys/select.h>

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    int fds[256], last = 0;
    size_t started = 0, left = 0;
    struct timeval patience = {0};
    while (left > 0 || started < count) {
        if (started < count && patience.tv_sec == 0 && patience.tv_usec == 0) {
            fds[started] = start_attempt(a[started]);
            if (fds[started] == -1) {
                last = errno;
            } else {
                left++;
                patience.tv_usec = PATIENCE_MS * 1000;
            }
            started++;
            continue;
        }
        fd_set writable;
        int highest = -1;
        FD_ZERO(&writable);
        for (size_t i = 0; i < started; i++)
            if (fds[i] != -1) {
                FD_SET(fds[i], &writable);
                highest = fds[i] > highest ? fds[i] : highest;
            }
        if (select(highest + 1, NULL, &writable, NULL, started < count ? &patience : NULL) < 1)
            continue;
        for (size_t i = 0; i < started; i++) {
            if (fds[i] == -1 || !FD_ISSET(fds[i], &writable))
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
            patience = (struct timeval){0};
        }
    }
    errno = last;
    return -1;
}
