/* selects.c - a right program: select, a table of slots, and each slot with its own clock. It is
 * ready only if the socket can be written to, and asks connect itself how it has ended. */
#include "scanner.h"

#include <sys/select.h>

static struct slot {
    int fd;
    long port;
    long long due_us;
} slots[300];

static void look(struct slot *slot, const fd_set *ready, int *used)
{
    struct sockaddr_in to = host;
    to.sin_port = htons((uint16_t)slot->port);
    if (FD_ISSET(slot->fd, ready)) {
        int again = connect(slot->fd, (const struct sockaddr *)&to, sizeof to);
        over(slot->fd, slot->port, again == 0 || errno == EISCONN ? 0 : errno);
    } else if (now_us() >= slot->due_us) {
        over(slot->fd, slot->port, ETIMEDOUT);
    } else {
        return;
    }
    slot->fd = -1;
    --*used;
}

static void scan_ports(void)
{
    int used = 0;
    long next = first;
    for (int i = 0; i < 300; i++)
        slots[i].fd = -1;
    while (next <= last || used > 0) {
        fd_set write_set;
        FD_ZERO(&write_set);
        int top = -1;
        long long due_us = now_us() + wait_ms * 1000;
        bool full = false;
        for (int i = 0; i < window; i++) {
            while (slots[i].fd == -1 && next <= last && !full) {
                slots[i] = (struct slot){begin(next), next, now_us() + wait_ms * 1000};
                full = slots[i].fd == -1;
                if (slots[i].fd >= 0)
                    used++;
                else
                    slots[i].fd = -1;
                next += !full;
            }
            if (slots[i].fd == -1)
                continue;
            FD_SET(slots[i].fd, &write_set);
            top = slots[i].fd > top ? slots[i].fd : top;
            due_us = slots[i].due_us < due_us ? slots[i].due_us : due_us;
        }
        long long left_us = due_us - now_us();
        left_us = left_us > 0 ? left_us : 0;
        struct timeval left = {left_us / 1000000, left_us % 1000000};
        if (used == 0 || select(top + 1, NULL, &write_set, NULL, &left) == -1)
            continue;
        for (int i = 0; i < window; i++)
            if (slots[i].fd != -1)
                look(&slots[i], &write_set, &used);
    }
}
