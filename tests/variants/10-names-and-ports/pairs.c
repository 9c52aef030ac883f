/* pairs.c - a right program: it looks at each attempt by
 * getpeername, and reads its error if there is no peer. */
#include "race.h"

#include <poll.h>

struct attempt {
    struct attempt *next;
    size_t number;
    int fd;
};

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    struct attempt *all = NULL;
    struct pollfd work[256];
    size_t started = 0;
    int last = 0, result = -1;
    long long due_ms = now_ms();
    while (result == -1 && (all || started < count)) {
        if (started < count && now_ms() >= due_ms) {
            int fd = start_attempt(a[started]);
            if (fd == -1) {
                last = errno;
            } else {
                struct attempt *new = malloc(sizeof *new);
                if (!new)
                    die("malloc");
                *new = (struct attempt){.next = all, .number = started, .fd = fd};
                all = new;
                due_ms = now_ms() + PATIENCE_MS;
            }
            started++;
            continue;
        }
        nfds_t n = 0;
        for (struct attempt *t = all; t; t = t->next)
            work[n++] = (struct pollfd){.fd = t->fd, .events = POLLOUT};
        if (poll(work, n, started < count ? until_ms(due_ms) : -1) < 1)
            continue;
        n = 0;
        for (struct attempt **at = &all; *at;) {
            struct attempt *t = *at;
            struct sockaddr_storage peer;
            if (work[n++].revents == 0) {
                at = &t->next;
                continue;
            }
            if (getpeername(t->fd, (struct sockaddr *)&peer, &(socklen_t){sizeof peer}) == 0) {
                *winner = t->number;
                result = t->fd;
                break;
            }
            last = error_of(t->fd);
            close(t->fd);
            due_ms = now_ms();
            *at = t->next;
            free(t);
        }
    }
    while (all) {
        struct attempt *t = all;
        all = t->next;
        if (t->fd != result)
            close(t->fd);
        free(t);
    }
    errno = last;
    return result;
}
