/* later.c - answers that wait for their time; later.h says what each function promises. */
#include "later.h"

#include "diag.h"

#include <time.h>

long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int send_due(int fd, struct answer answers[], size_t *count)
{
    int next_ms = -1;
    for (size_t i = 0; i < *count;) {
        struct answer *a = &answers[i];
        long long left_ms = a->due_ms - now_ms();
        if (left_ms > 0) {
            next_ms = next_ms == -1 || left_ms < next_ms ? (int)left_ms : next_ms;
            i++;
            continue;
        }
        ssize_t sent =
            sendto(fd, a->bytes, a->len, 0, (struct sockaddr *)&a->client.addr, a->client.len);
        trace("sendto(%d, %zu bytes) = %zd", fd, a->len, sent);
        *a = answers[--*count];
    }
    return next_ms;
}
