/* epolls.c - a right program: epoll, level-triggered,
 * with POLLOUT only while something is waiting. */
#include "chat.h"

#include <sys/epoll.h>

static int epoll_fd;

static void watch(struct member *m, int operation)
{
    struct epoll_event event = {.events = m->out_len > 0 ? EPOLLIN | EPOLLOUT : EPOLLIN,
                                .data.ptr = m};
    epoll_ctl(epoll_fd, operation, m->fd, &event);
}

int main(int argc, char *argv[])
{
    int listen_fd = open_chat(argc, argv);
    struct epoll_event ready[64], event = {.events = EPOLLIN};
    epoll_fd = epoll_create1(0);
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event);
    for (;;) {
        int n = epoll_wait(epoll_fd, ready, 64, -1);
        for (int i = 0; i < n; i++) {
            struct member *m = ready[i].data.ptr;
            if (m && ready[i].events & ~(unsigned)EPOLLOUT)
                read_member(m);
            if (m)
                continue;
            for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;)
                if ((m = add_member(fd)))
                    watch(m, EPOLL_CTL_ADD);
        }
        for (size_t i = 0; i < count; i++)
            send_waiting(members[i]);
        remove_gone();
        for (size_t i = 0; i < count; i++)
            watch(members[i], EPOLL_CTL_MOD);
    }
}
