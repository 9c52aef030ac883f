/* edges.c - a right program: epoll, edge-triggered, so it reads until nothing is left. */
#include "chat.h"

#include <sys/epoll.h>

static void send_all_waiting(void)
{
    for (size_t i = 0; i < count; i++)
        for (size_t before = 0; members[i]->out_len != before && !members[i]->gone;) {
            before = members[i]->out_len;
            send_waiting(members[i]);
        }
}

int main(int argc, char *argv[])
{
    int listen_fd = open_chat(argc, argv), epoll_fd = epoll_create1(0);
    struct epoll_event ready[64], event = {.events = EPOLLIN};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event);
    for (;;) {
        int n = epoll_wait(epoll_fd, ready, 64, -1);
        for (int i = 0; i < n; i++) {
            struct member *m = ready[i].data.ptr;
            while (m && read_member(m))
                continue;
            if (m)
                continue;
            for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;) {
                m = add_member(fd);
                event = (struct epoll_event){.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
                                             .data.ptr = m};
                if (m)
                    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
            }
        }
        send_all_waiting();
        remove_gone();
        send_all_waiting(); /* that they have left: no event would ask for it */
    }
}
