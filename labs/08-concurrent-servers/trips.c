/* trips.c - quick clients and their round trips; trips.h says what each function promises. */
#include "trips.h"

#include "crowd.h"
#include "diag.h"
#include "io.h"
#include "limit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct client {
    int fd;
    char letter; /* what its messages consist of: another client's would be seen */
    bool served;
    size_t have; /* bytes of the present message that have come back */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A message fits into a buffer that is empty, so this does not wait. */
static void send_message(struct client *c, size_t bytes)
{
    char message[MESSAGE_MAX];
    memset(message, c->letter, bytes);
    if (send_all(c->fd, message, bytes) == 0)
        c->have = 0;
}

/* A client that has all it wants makes room for others: an iterative server can go on. */
static void leave(struct client *c)
{
    close(c->fd);
    c->fd = -1;
}

/* Reads what is there. Returns true if the message is complete. */
static bool receive_message(struct client *c, size_t bytes)
{
    char data[MESSAGE_MAX];
    ssize_t n = recv(c->fd, data, bytes - c->have, MSG_DONTWAIT);
    if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR)) {
        leave(c); /* the server has gone, and this client waits for nothing any more */
        return false;
    }
    for (ssize_t i = 0; i < n; i++)
        if (data[i] != c->letter)
            die_plain("sent '%c', and '%c' came back", c->letter, data[i]);
    c->have += n == -1 ? 0 : (size_t)n;
    return c->have == bytes;
}

static size_t connect_all(struct client *clients, const struct trips *t,
                          const struct endpoint *server, int epoll_fd)
{
    for (size_t i = 0; i < t->clients; i++) {
        struct client *c = &clients[i];
        *c = (struct client){.fd = connect_client(server, t->patience),
                             .letter = (char)('a' + i % 26)};
        if (c->fd == -1) {
            say("client %zu: %s", i + 1, errno == EINPROGRESS ? "no answer" : limit_met(errno));
            return i;
        }
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event) == -1)
            die("epoll_ctl");
    }
    return t->clients;
}

static void run(struct trips *t, struct client *clients, size_t connected, int epoll_fd)
{
    struct epoll_event ready[256];
    size_t started = connected;
    for (size_t i = 0; i < connected; i++)
        send_message(&clients[i], t->bytes);
    while (t->done < started && !stop) {
        int n = epoll_wait(epoll_fd, ready, 256, (int)t->patience);
        if (n <= 0)
            return;
        for (int i = 0; i < n; i++) {
            struct client *c = ready[i].data.ptr;
            if (!receive_message(c, t->bytes))
                continue;
            t->done++;
            t->served += !c->served;
            c->served = true;
            if (started < t->wanted && ++started)
                send_message(c, t->bytes);
            else
                leave(c);
        }
    }
}

void make_trips(struct trips *t, const struct endpoint *server)
{
    struct client *clients = calloc(t->clients, sizeof *clients);
    int epoll_fd = epoll_create1(0);
    if (!clients || epoll_fd == -1)
        die("epoll_create1");
    size_t connected = connect_all(clients, t, server, epoll_fd);
    double start = now();
    run(t, clients, connected, epoll_fd);
    t->seconds = now() - start;
    for (size_t i = 0; i < connected; i++)
        if (clients[i].fd != -1)
            leave(&clients[i]);
    close(epoll_fd);
    free(clients);
}
