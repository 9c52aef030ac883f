/* epoll-signalfd.c - epoll waits for clients and, by a signalfd, for SIGTERM. Non-blocking
 * throughout, without common/net.h. */
#include "diag.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

/* The buffer of a new connection holds a line, so EAGAIN cannot come. */
static void greet(int fd, unsigned number)
{
    char hello[32];
    int len = snprintf(hello, sizeof hello, "hello %u\n", number);
    for (ssize_t sent = 0, n; sent < len; sent += n)
        if ((n = send(fd, hello + sent, (size_t)(len - sent), MSG_NOSIGNAL)) == -1)
            break;
    close(fd);
}

static void watch(int epoll_fd, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (fd == -1 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
        die("epoll_ctl");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, SOMAXCONN) == -1)
        die("port %ld", port);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int epoll_fd = epoll_create1(0), signal_fd = signalfd(-1, &signals, 0);
    watch(epoll_fd, listen_fd);
    watch(epoll_fd, signal_fd);
    for (unsigned clients = 0;;) {
        struct epoll_event event;
        if (epoll_wait(epoll_fd, &event, 1, -1) == -1 && errno != EINTR)
            die("epoll_wait");
        if (event.data.fd == signal_fd)
            return 0;
        int conn_fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK);
        if (conn_fd >= 0)
            greet(conn_fd, ++clients);
    }
}
