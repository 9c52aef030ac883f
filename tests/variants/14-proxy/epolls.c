/* epolls.c - a right program of another shape: epoll,
 * and the descriptors are put in again at each turn. */
#include "table.h"

#include <sys/epoll.h>

int main(int argc, char *argv[])
{
    int listen_fd = open_relay(argc, argv);
    fcntl(listen_fd, F_SETFL, O_NONBLOCK);
    for (;;) {
        static struct pollfd watch[2 * 1024];
        static struct epoll_event ready[1024];
        int set = epoll_create1(0);
        double wait = -1;
        epoll_ctl(set, EPOLL_CTL_ADD, listen_fd,
                  &(struct epoll_event){.events = EPOLLIN, .data.u32 = 5000});
        for (unsigned i = 0; i < count; i++) {
            double its = watch_pair(pairs[i], &watch[2 * i]);
            wait = its >= 0 && (wait < 0 || its < wait) ? its : wait;
            for (unsigned k = 2 * i; k < 2 * i + 2; k++)
                if (watch[k].fd != -1)
                    epoll_ctl(
                        set, EPOLL_CTL_ADD, watch[k].fd,
                        &(struct epoll_event){.events = (uint32_t)watch[k].events, .data.u32 = k});
        }
        int n = epoll_wait(set, ready, 1024, wait < 0 ? -1 : (int)wait + 1);
        for (int k = 0; k < n; k++)
            if (ready[k].data.u32 < 5000)
                watch[ready[k].data.u32].revents =
                    (short)ready[k].events; /* the bits are those of poll */
        close(set);
        for (unsigned i = 0; i < count; i++)
            serve_pair(pairs[i], &watch[2 * i]);
        remove_over();
        while (take_client(listen_fd))
            ;
    }
}
