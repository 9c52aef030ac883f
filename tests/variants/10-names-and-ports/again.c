/* again.c - a right program: it calls connect again to
 * learn how an attempt has ended, every few milliseconds. */
#include "race.h"

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    int fds[256], last = 0;
    size_t started = 0, left = 0;
    long long due_ms = now_ms();
    while (left > 0 || started < count) {
        if (started < count && now_ms() >= due_ms) {
            fds[started] = start_attempt(a[started]);
            last = fds[started] == -1 ? errno : last;
            due_ms = now_ms() + (fds[started] == -1 ? 0 : PATIENCE_MS);
            left += fds[started++] != -1;
        }
        for (size_t i = 0; i < started; i++) {
            if (fds[i] == -1)
                continue;
            int result = connect(fds[i], a[i]->ai_addr, a[i]->ai_addrlen);
            if (result == 0 || errno == EISCONN) {
                *winner = i;
                close_all_but(fds[i], fds, started);
                return fds[i];
            }
            if (errno == EALREADY || errno == EINPROGRESS)
                continue;
            last = errno;
            close(fds[i]);
            fds[i] = -1;
            left--;
            due_ms = now_ms();
        }
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    errno = last;
    return -1;
}
