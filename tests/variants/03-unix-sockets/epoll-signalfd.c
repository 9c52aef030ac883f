/* epoll-signalfd.c - waits for all clients by epoll, and for the signals by signalfd; answers wait
 * in a client's own buffer until there is room for them. */
#include "diag.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct client {
    int fd;
    size_t answer_len, waiting, room;
    char answer[64], *buffer; /* `waiting` bytes of it are still to be sent */
};

static int epoll_fd;

static void watch(int fd, uint32_t events, void *data, int operation)
{
    struct epoll_event event = {.events = events, .data.ptr = data};
    if (epoll_ctl(epoll_fd, operation, fd, &event) == -1)
        die("epoll_ctl");
}

static void forget(struct client *c)
{
    close(c->fd);
    free(c->buffer);
    free(c);
}

static void add_answer(struct client *c)
{
    if (c->waiting + c->answer_len > c->room) {
        c->room = c->room * 2 + c->answer_len;
        c->buffer = realloc(c->buffer, c->room);
        if (!c->buffer)
            die("realloc");
    }
    memcpy(c->buffer + c->waiting, c->answer, c->answer_len);
    c->waiting += c->answer_len;
}

static void serve(struct client *c)
{
    char data[5000];
    ssize_t n = 1;
    if (c->waiting == 0) {
        n = recv(c->fd, data, sizeof data, 0);
        for (ssize_t i = 0; i < n; i++)
            if (data[i] == '\n')
                add_answer(c);
    }
    if (c->waiting > 0) {
        n = send(c->fd, c->buffer, c->waiting, MSG_NOSIGNAL);
        if (n > 0) {
            c->waiting -= (size_t)n;
            memmove(c->buffer, c->buffer + n, c->waiting);
        }
    }
    if (n == 0 || (n == -1 && errno != EAGAIN))
        forget(c);
    else
        watch(c->fd, c->waiting > 0 ? EPOLLOUT : EPOLLIN, c, EPOLL_CTL_MOD);
}

static void welcome(int listen_fd)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct client *c = fd == -1 ? NULL : calloc(1, sizeof *c);
    if (!c)
        return;
    struct ucred id;
    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &id, &(socklen_t){sizeof id});
    c->fd = fd;
    c->answer_len =
        (size_t)snprintf(c->answer, 64, "pid=%d uid=%u gid=%u\n", id.pid, id.uid, id.gid);
    watch(fd, EPOLLIN, c, EPOLL_CTL_ADD);
}

static int open_listener(const char *path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    struct stat file;
    if (strlen(path) >= sizeof addr.sun_path)
        die_plain("the path is too long");
    memcpy(addr.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    umask(0177);
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) == -1) {
        if (errno != EADDRINUSE || lstat(path, &file) == -1 || !S_ISSOCK(file.st_mode))
            die_plain("%s: something else is there", path);
        /* The socket that could not bind can look whether a server is there. */
        if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0 || errno != ECONNREFUSED)
            die_plain("%s: a server is alive there", path);
        close(fd);
        unlink(path);
        return open_listener(path);
    }
    if (listen(fd, SOMAXCONN) == -1)
        die("listen");
    return fd;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *path = "whoami.sock";
    while (next_option(argc, argv, "s:", "usage: server [-s PATH]") != -1)
        path = optarg;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC), listen_fd = open_listener(path);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    watch(signal_fd, EPOLLIN, &signal_fd, EPOLL_CTL_ADD);
    watch(listen_fd, EPOLLIN, &listen_fd, EPOLL_CTL_ADD);
    for (;;) {
        struct epoll_event event;
        if (epoll_wait(epoll_fd, &event, 1, -1) < 1)
            continue;
        if (event.data.ptr == &signal_fd)
            break;
        if (event.data.ptr == &listen_fd)
            welcome(listen_fd);
        else
            serve(event.data.ptr);
    }
    return unlink(path) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
