/* polls.c - a right program: one poll, and an array that shrinks when an attempt fails. */
#include "race.h"

#include <poll.h>
#include <string.h>

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    struct pollfd going[256];
    size_t index[256], n = 0, next = 0;
    long long due_ms = now_ms();
    int last = 0;
    while (n > 0 || next < count) {
        if (next < count && now_ms() >= due_ms) {
            int fd = start_attempt(a[next]);
            due_ms = fd == -1 ? now_ms() : now_ms() + PATIENCE_MS;
            last = fd == -1 ? errno : last;
            if (fd != -1) {
                going[n] = (struct pollfd){.fd = fd, .events = POLLOUT};
                index[n++] = next;
            }
            next++;
            continue;
        }
        if (poll(going, n, next < count ? until_ms(due_ms) : -1) < 1)
            continue;
        for (size_t i = 0; i < n; i++) {
            if (going[i].revents == 0)
                continue;
            int fd = going[i].fd, error = error_of(fd);
            if (error == 0) {
                for (size_t j = 0; j < n; j++)
                    if (j != i)
                        close(going[j].fd);
                *winner = index[i];
                return fd;
            }
            close(fd);
            last = error;
            due_ms = now_ms();
            going[i] = going[--n];
            index[i--] = index[n];
        }
    }
    errno = last;
    return -1;
}
