/* short-counts.c - a right program: epoll, edge-triggered, and after a short count
 * of send it waits for the next edge, because there is no more room (epoll(7)). */
#include "chat.h"

#include <sys/epoll.h>

static void send_or_keep(struct member *m, const char *data, size_t len)
{
    ssize_t n = m->out_len > 0 || m->gone ? 0 : send(m->fd, data, len, AT_ONCE);
    if (n == -1 && errno != EAGAIN && errno != EINTR)
        m->gone = true;
    size_t sent = n > 0 ? (size_t)n : 0;
    if (sent < len)
        put_aside(m, data + sent, len - sent);
}

int main(int argc, char *argv[])
{
    int listen_fd = open_chat(argc, argv), epoll_fd = epoll_create1(0);
    struct epoll_event ready[64], event = {.events = EPOLLIN};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event);
    tell = send_or_keep;
    for (;;) {
        int n = epoll_wait(epoll_fd, ready, 64, -1);
        for (int i = 0; i < n; i++) {
            struct member *m = ready[i].data.ptr;
            if (m) {
                send_waiting(m);
                while (read_member(m))
                    continue;
                continue;
            }
            for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;) {
                m = add_member(fd);
                event.events = EPOLLIN | EPOLLOUT | EPOLLET;
                event.data.ptr = m;
                if (m)
                    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
            }
        }
        remove_gone();
    }
}
