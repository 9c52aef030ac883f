/* ticks.c - a right program: it looks at all connects each millisecond or so, and poll never waits
 * for longer. */
#include "scanner.h"

#include <poll.h>

static void scan_ports(void)
{
    static struct pollfd going[300];
    static long ports[300];
    static long long begun_us[300];
    long next = first;
    nfds_t count = 0;
    while (next <= last || count > 0) {
        int fd = 0;
        while (next <= last && count < (nfds_t)window && (fd = begin(next)) != -1) {
            if (fd >= 0) {
                going[count] = (struct pollfd){.fd = fd, .events = POLLOUT | POLLIN};
                begun_us[count] = now_us();
                ports[count++] = next;
            }
            next++;
        }
        if (poll(going, count, 2) < 0)
            for (nfds_t i = 0; i < count; i++)
                going[i].revents = 0;
        nfds_t kept = 0;
        for (nfds_t i = 0; i < count; i++) {
            bool late = now_us() - begun_us[i] >= wait_ms * 1000;
            if (going[i].revents != 0 || late) {
                over(going[i].fd, ports[i],
                     going[i].revents != 0 ? error_of(going[i].fd) : ETIMEDOUT);
                continue;
            }
            going[kept] = going[i];
            ports[kept] = ports[i];
            begun_us[kept++] = begun_us[i];
        }
        count = kept;
    }
}
