/* tells-each-failure.c - a right program: on standard
 * error it says how each attempt begins and fails. */
#include "race.h"

#include <poll.h>

static void tell(size_t i, const char *what)
{
    fprintf(stderr, "eyeballs: attempt %zu: %s\n", i + 1, what);
}

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    struct pollfd attempts[256];
    size_t started = 0, left = 0;
    long long due_ms = now_ms();
    int last = 0;
    while (left > 0 || started < count) {
        if (started < count && now_ms() >= due_ms) {
            tell(started, "begins");
            int fd = start_attempt(a[started]);
            attempts[started] = (struct pollfd){.fd = fd, .events = POLLOUT};
            due_ms = now_ms() + PATIENCE_MS;
            left++;
            if (fd == -1) {
                last = errno;
                tell(started, errno_name(last));
                due_ms = now_ms();
                left--;
            }
            started++;
            continue;
        }
        if (poll(attempts, started, started < count ? until_ms(due_ms) : -1) < 1)
            continue;
        for (size_t i = 0; i < started; i++) {
            if (attempts[i].fd == -1 || attempts[i].revents == 0)
                continue;
            last = error_of(attempts[i].fd);
            if (last == 0) {
                for (size_t j = 0; j < started; j++)
                    if (j != i && attempts[j].fd != -1)
                        close(attempts[j].fd);
                *winner = i;
                return attempts[i].fd;
            }
            tell(i, errno_name(last));
            close(attempts[i].fd);
            attempts[i].fd = -1;
            left--;
            due_ms = now_ms();
        }
    }
    errno = last;
    return -1;
}
