/* relay.h - what the variants have in common: options, flows, and what a
 * pair does after a wait. A variant brings its own way to wait. It may
 * define ROOM, the size of a buffer, GENTLE, to close without a reset, and
 * OWN_MOVES, to bring its own take, give and forget as well. */
#ifndef SOCKET_LABS_VARIANT_RELAY_H
#define SOCKET_LABS_VARIANT_RELAY_H

#include "diag.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef ROOM
#define ROOM 16384
#endif
#ifndef GENTLE
#define GENTLE 0
#endif
enum { AT_ONCE = MSG_DONTWAIT | MSG_NOSIGNAL };

static long most_clients, idle_ms, rate;
static struct endpoint target;

struct flow {
    char data[ROOM];
    int pipe[2]; /* in the place of data, for the variant that has OWN_MOVES */
    size_t from, to;
    bool ended, passed;
    double allowance;
};

struct pair {
    int fd[2];
    struct flow flow[2];
    bool connecting, hung_up[2], over;
    double last_byte, last_refill;
};

static inline double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static inline bool only_later(ssize_t n)
{
    return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/* Makes of close a reset, so that nobody takes this end for a good one. */
static inline void break_off(struct pair *p)
{
    for (int i = 0; i < 2 && !GENTLE; i++)
        setsockopt(p->fd[i], SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                   sizeof(struct linger));
    p->over = true;
}

static inline bool has_rest(const struct flow *f)
{
    return f->from < f->to;
}

#ifndef OWN_MOVES
static inline ssize_t take(struct flow *f, int fd, size_t most)
{
    return recv(fd, f->data, most, MSG_DONTWAIT);
}

static inline ssize_t give(struct flow *f, int fd)
{
    return send(fd, f->data + f->from, f->to - f->from, AT_ONCE);
}

static inline void forget(struct flow *f)
{
    (void)f;
}
#else
static ssize_t take(struct flow *f, int fd, size_t most);
static ssize_t give(struct flow *f, int fd);
static void forget(struct flow *f);
#endif

static inline bool may_read(const struct flow *f)
{
    return !f->ended && !has_rest(f) && (rate == 0 || f->allowance >= 1);
}

static inline void send_rest(struct pair *p, struct flow *f, int fd)
{
    if (!has_rest(f))
        return;
    ssize_t n = give(f, fd);
    if (n == -1 && !only_later(n))
        break_off(p);
    if (n > 0)
        f->from += (size_t)n;
}

static inline void move(struct pair *p, int i)
{
    struct flow *f = &p->flow[i];
    size_t most = rate > 0 && f->allowance < (double)ROOM ? (size_t)f->allowance : ROOM;
    send_rest(p, f, p->fd[!i]);
    if (may_read(f)) {
        ssize_t n = take(f, p->fd[i], most);
        if (n == -1 && !only_later(n))
            break_off(p);
        f->ended = n == 0;
        f->from = 0;
        f->to = n > 0 ? (size_t)n : 0;
        f->allowance -= (double)f->to;
        if (n > 0)
            p->last_byte = now_ms();
        send_rest(p, f, p->fd[!i]);
    }
    if (!f->ended || has_rest(f) || f->passed)
        return;
    f->passed = true;
    shutdown(p->fd[!i], SHUT_WR);
    p->over |= p->flow[!i].passed;
}

static inline void refill(struct pair *p, double now)
{
    for (int i = 0; i < 2; i++) {
        p->flow[i].allowance += (double)rate * (now - p->last_refill) / 1000;
        if (p->flow[i].allowance > (double)rate)
            p->flow[i].allowance = (double)rate;
    }
    p->last_refill = now;
}

/* Sets what poll shall look at. Returns in how many ms it shall look again anyway, or -1. */
static inline double watch_pair(struct pair *p, struct pollfd two[2])
{
    double now = now_ms(), wait = idle_ms > 0 ? p->last_byte + (double)idle_ms - now : -1;
    refill(p, now);
    for (int i = 0; i < 2; i++) {
        struct flow *f = &p->flow[i];
        bool in = !p->connecting && may_read(f);
        bool out = p->connecting ? i == 1 : has_rest(&p->flow[!i]);
        if (rate > 0 && !p->connecting && !f->ended && !has_rest(f) && f->allowance < 1 &&
            (wait < 0 || wait > 20))
            wait = 20;
        two[i] = (struct pollfd){.fd = p->fd[i],
                                 .events = (short)((in ? POLLIN : 0) | (out ? POLLOUT : 0))};
        if (two[i].events == 0 && p->hung_up[i])
            two[i].fd = -1;
    }
    return wait < 0 && idle_ms > 0 ? 0 : wait;
}

static inline void serve_pair(struct pair *p, const struct pollfd two[2])
{
    int error = 0;
    for (int i = 0; i < 2; i++) {
        p->hung_up[i] |= (two[i].revents & POLLHUP) != 0;
        if (two[i].revents & POLLERR)
            break_off(p);
    }
    if (p->connecting && two[1].revents) {
        getsockopt(p->fd[1], SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
        if (error)
            break_off(p);
        p->connecting = false;
    } else if (!p->connecting) {
        for (int i = 0; i < 2 && !p->over; i++)
            if ((two[i].revents & (POLLIN | POLLHUP)) || (two[!i].revents & POLLOUT))
                move(p, i);
    }
    if (idle_ms > 0 && now_ms() - p->last_byte >= (double)idle_ms)
        p->over = true;
}

/* Begins to connect for this client. Returns NULL if that fails at once. */
static inline struct pair *new_pair(int client_fd)
{
    int server_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct pair *p = calloc(1, sizeof *p);
    if (!p || server_fd == -1 ||
        (connect(server_fd, (const struct sockaddr *)&target.addr, target.len) == -1 &&
         errno != EINPROGRESS)) {
        close(server_fd);
        close(client_fd);
        free(p);
        return NULL;
    }
    fcntl(client_fd, F_SETFL, O_NONBLOCK);
    p->fd[0] = client_fd;
    p->fd[1] = server_fd;
    p->connecting = true;
    p->last_byte = p->last_refill = now_ms();
    p->flow[0].allowance = p->flow[1].allowance = (double)rate;
    return p;
}

static inline void end_pair(struct pair *p)
{
    for (int i = 0; i < 2; i++) {
        close(p->fd[i]);
        if (has_rest(&p->flow[i]))
            forget(&p->flow[i]);
    }
    free(p);
}

/* Serves one pair to its end, for a variant with a waiter for each. */
static inline void serve_alone(struct pair *p)
{
    struct pollfd two[2];
    while (p && !p->over) {
        double wait = watch_pair(p, two);
        poll(two, 2, wait < 0 ? -1 : (int)wait + 1);
        serve_pair(p, two);
    }
    if (p)
        end_pair(p);
}

/* Reads the options. Returns the listening socket. */
static inline int open_relay(int argc, char *argv[])
{
    diag_init("server");
    long port = 5014, server = 8014;
    for (int c; (c = next_option(argc, argv, "c:i:p:r:t:", "usage: server")) != -1;) {
        if (c == 'p')
            port = number_option(c, "a port", 0, 65535);
        if (c == 't')
            server = number_option(c, "a port", 1, 65535);
        if (c == 'c')
            most_clients = number_option(c, "a number of clients", 1, 1000);
        if (c == 'i')
            idle_ms = number_option(c, "a time in ms", 1, 3600000);
        if (c == 'r')
            rate = number_option(c, "a number of bytes", 1, 1000000000);
    }
    target = resolve_or_die("127.0.0.1", (uint16_t)server);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    return listen_fd;
}

#endif
