/* server.c - a model solution: a relay with limits, by one loop around poll. */
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

enum { ROOM = 65536, AT_ONCE = MSG_DONTWAIT | MSG_NOSIGNAL };

static const char help[] =
    "usage: server [-v] [-p PORT] [-t PORT] [-c N] [-i MS] [-r BYTES]\n"
    "Relays each client to a server, within limits.\n\n"
    "  -p PORT   the port to bind on 127.0.0.1 (5014)\n"
    "  -t PORT   the server's port on 127.0.0.1 (8014)\n"
    "  -c N      so many clients at a time, 1 to 1000 (no limit)\n"
    "  -i MS     so long a pair may be idle, 1 to 3600000 (for ever)\n"
    "  -r BYTES  so many a second in each direction, 1 to 1000000000 (no limit)";

static long most_clients, idle_ms, rate;
static struct endpoint target;

/* One direction. */
struct flow {
    char data[ROOM];
    size_t from, to; /* data[from] to data[to] has not been sent */
    bool ended, passed;
    double allowance; /* bytes that it may read now */
};

struct pair {
    int fd[2];           /* client and server */
    struct flow flow[2]; /* flow[i] comes from fd[i] */
    bool connecting, hung_up[2], over;
    double last_byte, last_refill; /* in ms */
};

static struct pollfd
    *watch; /* watch[0] is the listener, watch[1 + 2 * i] and the next one are pairs[i]'s */
static struct pair **pairs;
static size_t count, room;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static bool only_later(ssize_t n)
{
    return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/* Makes of close a reset, so that nobody takes this end for a good one. */
static void break_off(struct pair *p)
{
    for (int i = 0; i < 2; i++)
        setsockopt(p->fd[i], SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                   sizeof(struct linger));
    p->over = true;
}

static bool has_rest(const struct flow *f)
{
    return f->from < f->to;
}

static bool may_read(const struct flow *f)
{
    return !f->ended && !has_rest(f) && (rate == 0 || f->allowance >= 1);
}

static void send_rest(struct pair *p, struct flow *f, int fd)
{
    if (!has_rest(f))
        return;
    ssize_t n = send(fd, f->data + f->from, f->to - f->from, AT_ONCE);
    if (n == -1 && !only_later(n))
        break_off(p);
    if (n > 0)
        f->from += (size_t)n;
}

static void move(struct pair *p, int i)
{
    struct flow *f = &p->flow[i];
    size_t most = rate > 0 && f->allowance < (double)ROOM ? (size_t)f->allowance : ROOM;
    send_rest(p, f, p->fd[!i]);
    if (may_read(f)) {
        ssize_t n = recv(p->fd[i], f->data, most, MSG_DONTWAIT);
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

static void refill(struct pair *p, double now)
{
    for (int i = 0; i < 2; i++) {
        p->flow[i].allowance += (double)rate * (now - p->last_refill) / 1000;
        if (p->flow[i].allowance > (double)rate)
            p->flow[i].allowance = (double)rate;
    }
    p->last_refill = now;
}

static void add_pair(int client_fd)
{
    int server_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (server_fd == -1 || (most_clients > 0 && count >= (size_t)most_clients) ||
        (connect(server_fd, (const struct sockaddr *)&target.addr, target.len) == -1 &&
         errno != EINPROGRESS)) {
        close(server_fd);
        close(client_fd);
        return;
    }
    if (count == room) {
        room = 2 * room + 8;
        pairs = realloc(pairs, room * sizeof(struct pair *));
        watch = realloc(watch, (1 + 2 * room) * sizeof *watch);
    }
    struct pair *p = malloc(sizeof *p);
    if (!pairs || !watch || !p)
        die("malloc");
    double now = now_ms();
    *p = (struct pair){
        .fd = {client_fd, server_fd}, .connecting = true, .last_byte = now, .last_refill = now};
    p->flow[0].allowance = p->flow[1].allowance = (double)rate;
    pairs[count++] = p;
}

/* Sets what poll shall look at. Returns in how many ms it shall look again anyway, or -1. */
static double watch_pair(struct pair *p, struct pollfd two[2])
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

static void serve_pair(struct pair *p, const struct pollfd two[2])
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

static void relay_all(int listen_fd)
{
    watch = malloc(sizeof *watch);
    for (int fd;;) {
        double wait = -1;
        watch[0] = (struct pollfd){.fd = listen_fd, .events = POLLIN};
        for (size_t i = 0; i < count; i++) {
            double its = watch_pair(pairs[i], &watch[1 + 2 * i]);
            if (its >= 0 && (wait < 0 || its < wait))
                wait = its;
        }
        if (poll(watch, 1 + 2 * count, wait < 0 ? -1 : (int)wait + 1) == -1 && errno != EINTR)
            die("poll");
        for (size_t i = count; i-- > 0;) {
            struct pair *p = pairs[i];
            serve_pair(p, &watch[1 + 2 * i]);
            if (!p->over)
                continue;
            close(p->fd[0]);
            close(p->fd[1]);
            free(p);
            pairs[i] = pairs[--count];
        }
        while ((fd = accept_client(listen_fd, NULL)) != -1)
            add_pair(fd);
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5014, server = 8014;
    for (int c; (c = next_option(argc, argv, "c:i:p:r:t:", help)) != -1;) {
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
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    fcntl(listen_fd, F_SETFL, O_NONBLOCK); /* else accept may wait, and with it everybody */
    relay_all(listen_fd);
}
