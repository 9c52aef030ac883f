/* tiny.c - a right program: poll that sleeps for a whole time-out at most, byte-wide flags, and
 * answers that are printed in pieces. Its sockets are bound first, to a port of the kernel's
 * choice that is not the one to be tried. */
#include "scanner.h"

#include <poll.h>

static int bound_to_another(long port)
{
    struct sockaddr_in mine = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return -1;
    if (bind(fd, (const struct sockaddr *)&mine, sizeof mine) == -1 ||
        getsockname(fd, (struct sockaddr *)&mine, &(socklen_t){sizeof mine}) == -1)
        die("bind");
    if (ntohs(mine.sin_port) != port)
        return fd;
    int other = bound_to_another(port); /* not this one, as long as we have it */
    close(fd);
    return other;
}

static void scan_ports(void)
{
    struct pollfd going[300];
    long ports[300], next = first;
    long long due_us[300];
    nfds_t count = 0;
    while (next <= last || count > 0) {
        while (next <= last && count < (nfds_t)window) {
            int fd = bound_to_another(next);
            if (fd == -1)
                break;
            struct sockaddr_in to = host;
            to.sin_port = htons((uint16_t)next);
            if (connect(fd, (const struct sockaddr *)&to, sizeof to) == -1 &&
                errno != EINPROGRESS) {
                kinds[next++] = errno == ECONNREFUSED ? CLOSED : FILTERED;
                close(fd);
                continue;
            }
            going[count] = (struct pollfd){.fd = fd, .events = POLLOUT};
            due_us[count] = now_us() + wait_ms * 1000;
            ports[count++] = next++;
        }
        int ready = count == 0 ? 0 : poll(going, count, until_ms(due_us[0]));
        for (nfds_t i = 0; ready >= 0 && i < count; i++) {
            int error = ETIMEDOUT;
            if (going[i].revents != 0)
                error = error_of(going[i].fd);
            else if (now_us() < due_us[i])
                continue;
            kinds[ports[i]] = error == 0 ? OPEN : error == ECONNREFUSED ? CLOSED : FILTERED;
            close(going[i].fd);
            count--; /* in order, so that the first one is always the next to be late */
            for (nfds_t j = i; j < count; j++) {
                going[j] = going[j + 1];
                ports[j] = ports[j + 1];
                due_us[j] = due_us[j + 1];
            }
            i--;
        }
    }
}
