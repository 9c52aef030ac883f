/* edge-triggered.c - all clients at once by epoll, which tells only
 * when something has changed (EPOLLET). So each client is read and
 * written until the kernel says EAGAIN; its bytes are kept. */
#include "diag.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

struct client {
    int fd;
    size_t from, to;
    char data[65536];
};

/* Goes on until there is nothing to do. Returns -1 when the client has gone, else 0. */
static int serve(struct client *c)
{
    for (;;) {
        while (c->from < c->to) {
            ssize_t n = send(c->fd, c->data + c->from, c->to - c->from, MSG_NOSIGNAL);
            if (n == -1 && errno == EINTR)
                continue;
            if (n == -1)
                return errno == EAGAIN ? 0 : -1;
            c->from += (size_t)n;
        }
        ssize_t n = recv(c->fd, c->data, sizeof c->data, 0);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == -1 && errno == EAGAIN ? 0 : -1;
        c->from = 0;
        c->to = (size_t)n;
        for (size_t i = 0; i < c->to; i++)
            c->data[i] =
                (char)(c->data[i] >= 'a' && c->data[i] <= 'z' ? c->data[i] - 32 : c->data[i]);
    }
}

static void welcome(int epoll_fd, int listen_fd)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK);
    struct client *c = fd == -1 ? NULL : malloc(sizeof *c);
    if (!c)
        return;
    c->fd = fd;
    c->from = c->to = 0;
    struct epoll_event all = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &all) == -1)
        die("epoll_ctl");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll_fd = epoll_create1(0);
    struct epoll_event clients = {.events = EPOLLIN};
    if (listen_fd == -1 || bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, SOMAXCONN) == -1 ||
        epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &clients) == -1)
        die("port %ld", port);
    for (;;) {
        struct epoll_event events[16];
        int count = epoll_wait(epoll_fd, events, 16, -1);
        if (count == -1 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < count; i++) {
            struct client *c = events[i].data.ptr;
            if (!c) {
                welcome(epoll_fd, listen_fd);
            } else if (serve(c) == -1) {
                close(c->fd); /* which takes it off the epoll list, too */
                free(c);
            }
        }
    }
}
