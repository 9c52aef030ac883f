/* epoll-echo.c - PORT: an echo server that is nothing but fast: one epoll loop, non-blocking
 * sockets, one recv and one send for each client that is ready. What does not fit into a socket it
 * drops, because no load here sends so much. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    struct sockaddr_in where = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)(argc > 1 ? atoi(argv[1]) : 0))};
    struct epoll_event ready[512], event = {.events = EPOLLIN};
    static char data[65536];
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll_fd = epoll_create1(0);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (listen_fd == -1 || bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, 4096) == -1)
        return 1;
    event.data.fd = listen_fd;
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event);
    for (;;) {
        int n = epoll_wait(epoll_fd, ready, 512, -1);
        for (int i = 0; i < n; i++) {
            int fd = ready[i].data.fd;
            if (fd != listen_fd) {
                ssize_t got = recv(fd, data, sizeof data, 0);
                if (got <= 0 || send(fd, data, (size_t)got, MSG_NOSIGNAL) == -1)
                    close(fd);
                continue;
            }
            while ((event.data.fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK)) != -1)
                epoll_ctl(epoll_fd, EPOLL_CTL_ADD, event.data.fd, &event);
        }
    }
}
