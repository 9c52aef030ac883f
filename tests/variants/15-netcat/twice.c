/* twice.c - a right program: it makes a socket do more than one attempt. After a refused connect,
 * connect(2) may be called again on Linux; after anything else it takes a new socket. */
#include "scanner.h"

#include <poll.h>

static struct place {
    long port;
    long long due_us;
    int fd;
} places[300];

static void set_free(struct place *place, bool keep)
{
    if (!keep) {
        close(place->fd);
        place->fd = -1;
    }
    place->port = 0;
}

/* Asks the socket of a place how it is, by connect itself; EALREADY while it is under way. */
static void ask(struct place *place)
{
    struct sockaddr_in to = host;
    to.sin_port = htons((uint16_t)place->port);
    int error = connect(place->fd, (const struct sockaddr *)&to, sizeof to) == 0 ? 0 : errno;
    if (error == EISCONN)
        error = 0;
    if (error == EINPROGRESS || error == EALREADY) {
        if (now_us() < place->due_us)
            return;
        error = ETIMEDOUT;
    }
    kinds[place->port] = kind_of(place->fd, error);
    set_free(place, error == ECONNREFUSED);
}

static void scan_ports(void)
{
    long next = first, busy = 0, room = window;
    for (long i = 0; i < 300; i++)
        places[i] = (struct place){.fd = -1};
    while (next <= last || busy > 0) {
        struct pollfd all[300];
        bool waiting = false; /* not if each has had its answer at once */
        long long due_us = now_us() + 60000000;
        for (long i = 0; i < room; i++) {
            struct place *place = &places[i];
            if (place->port == 0 && next <= last) {
                if (place->fd == -1)
                    place->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
                if (place->fd == -1) {
                    room = i; /* never more than there are descriptors */
                    break;
                }
                place->port = next++;
                place->due_us = now_us() + wait_ms * 1000;
                ask(place);
            }
            due_us = place->port != 0 && place->due_us < due_us ? place->due_us : due_us;
            waiting = waiting || place->port != 0;
        }
        for (long i = 0; i < room; i++)
            all[i] = (struct pollfd){.fd = places[i].port ? places[i].fd : -1, .events = POLLOUT};
        poll(all, (nfds_t)room, !waiting || (next <= last && busy < room) ? 0 : until_ms(due_us));
        busy = 0;
        for (long i = 0; i < room; i++) {
            if (places[i].port != 0)
                ask(&places[i]);
            busy += places[i].port != 0;
        }
    }
}
