/* epolls.c - a variant: one epoll for clients and for the signal. */
#include "server.h"

#include <sys/epoll.h>

static void watch(int epoll_fd, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
        die("epoll_ctl");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    int signal_fd = catch_sigterm(), epoll_fd = epoll_create1(0);
    int listen_fd = listen_or_die(wish.port, SOCK_NONBLOCK);
    watch(epoll_fd, signal_fd);
    watch(epoll_fd, listen_fd);
    take_all_clients(listen_fd);
    puts("ready");
    for (struct epoll_event event = {0}; event.data.fd != signal_fd;) {
        if (epoll_wait(epoll_fd, &event, 1, -1) == 1 && event.data.fd == listen_fd)
            answer_next(listen_fd, wish.name);
    }
    while (answer_next(listen_fd, wish.name))
        continue;
}
