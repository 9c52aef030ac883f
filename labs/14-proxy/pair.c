/* pair.c - one client's two connections; pair.h says what each function promises. */
#include "pair.h"

#include "diag.h"
#include "place.h"
#include "proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Closes with a reset: the reader must not take this for
 * a good end. SO_LINGER with time 0: socket(7), lab 05. */
static void close_by_reset(int fd)
{
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    close(fd);
}

/* The end of a pair. `error` is 0 if both streams have ended. */
static bool end_pair(struct pair *p, int error)
{
    for (int i = CLIENT; i <= SERVER; i++) {
        if (p->fd[i] != -1 && error)
            close_by_reset(p->fd[i]);
        else if (p->fd[i] != -1)
            close(p->fd[i]);
        close_flow(&p->flow[i]);
    }
    say("%ld: %s%s, %llu bytes to the server, %llu back", p->number,
        error ? "broken off: " : "ended", error ? errno_name(error) : "",
        (unsigned long long)p->flow[CLIENT].total, (unsigned long long)p->flow[SERVER].total);
    free(p);
    return false;
}

/* Begins to connect to the server whose turn it is.
 * False if there is none, and then the pair is over. */
static bool try_next(struct pair *p, struct pool *pool, const struct rules *rules)
{
    char text[ENDPOINT_TEXT_MAX];
    while (p->tries++ < pool->len && (p->server = next_server(pool, now_ms())) != -1) {
        p->fd[SERVER] = begin_to_connect(&pool->place[p->server]);
        p->connecting = true;
        p->until = now_ms() + rules->patience;
        if (p->fd[SERVER] != -1)
            return true;
        p->error = errno;
        if (errno == EMFILE || errno == ENFILE) /* that says nothing about the server */
            return end_pair(p, errno);
        say("%s is out: %s", format_place(&pool->place[p->server], text), errno_name(errno));
        put_out(pool, p->server, now_ms() + rules->out);
    }
    say("%ld: no server is left", p->number);
    return end_pair(p, p->error ? p->error : EHOSTUNREACH);
}

struct pair *open_pair(int client_fd, struct pool *pool, const struct rules *rules)
{
    static long number;
    struct pair *p = calloc(1, sizeof *p);
    if (!p)
        die("calloc");
    p->number = ++number;
    p->fd[CLIENT] = client_fd;
    p->fd[SERVER] = -1;
    fcntl(client_fd, F_SETFL, O_NONBLOCK); /* splice to a socket has no flag for it */
    int error = 0;
    for (int i = CLIENT; i <= SERVER; i++)
        if (open_flow(&p->flow[i], rules->by_splice) == -1)
            error = errno;
    if (error) { /* this client is one too many; the others stay */
        end_pair(p, error);
        return NULL;
    }
    return try_next(p, pool, rules) ? p : NULL;
}

/* The server has taken the connection. */
static void begin_to_relay(struct pair *p, const struct pool *pool, const struct rules *rules)
{
    char who[ENDPOINT_TEXT_MAX], me[ENDPOINT_TEXT_MAX], server[ENDPOINT_TEXT_MAX],
        line[PROXY_LINE_MAX];
    struct endpoint client = {.len = sizeof client.addr}, here = {.len = sizeof here.addr};
    p->connecting = false;
    getpeername(p->fd[CLIENT], (struct sockaddr *)&client.addr, &client.len);
    getsockname(p->fd[CLIENT], (struct sockaddr *)&here.addr, &here.len);
    if (rules->proxy_line &&
        put_first(&p->flow[CLIENT], line, proxy_line(&client, &here, line)) == -1)
        die("write");
    say("%ld: client %s, server %s, which sees %s", p->number, format_endpoint(&client, who),
        format_place(&pool->place[p->server], server), local_endpoint(p->fd[SERVER], me));
}

/* The attempt is over, well or not. */
static bool connected(struct pair *p, int error, struct pool *pool, const struct rules *rules)
{
    char text[ENDPOINT_TEXT_MAX];
    if (error == 0) {
        begin_to_relay(p, pool, rules);
        return true;
    }
    p->error = error;
    say("%s is out: %s", format_place(&pool->place[p->server], text), errno_name(error));
    put_out(pool, p->server, now_ms() + rules->out);
    close(p->fd[SERVER]);
    p->fd[SERVER] = -1;
    return try_next(p, pool, rules);
}

static int error_of(int fd)
{
    int error = 0;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error}) == -1 ? errno
                                                                                          : error;
}

void watch_pair(const struct pair *p, struct pollfd watch[2])
{
    for (int i = CLIENT; i <= SERVER; i++) {
        short events = 0;
        if (p->connecting)
            events = i == SERVER ? POLLOUT : 0;
        else
            events = (short)((may_read(&p->flow[i]) ? POLLIN : 0) |
                             (has_rest(&p->flow[!i]) ? POLLOUT : 0));
        /* Without events poll still reports an error or a
         * hang-up, but the latter once is enough. */
        watch[i] =
            (struct pollfd){.fd = events || !p->hung_up[i] ? p->fd[i] : -1, .events = events};
    }
}

bool serve_pair(struct pair *p, const struct pollfd watch[2], struct pool *pool,
                const struct rules *rules)
{
    if (p->connecting) {
        if (watch[CLIENT].revents & POLLERR)
            return end_pair(p, ECONNRESET);
        /* A Unix socket hangs up when its other end is closed, and what that has sent is there. */
        p->hung_up[CLIENT] |= (watch[CLIENT].revents & POLLHUP) != 0;
        if (watch[SERVER].revents)
            return connected(p, error_of(p->fd[SERVER]), pool, rules);
        return now_ms() < p->until || connected(p, ETIMEDOUT, pool, rules);
    }
    for (int i = CLIENT; i <= SERVER; i++) {
        if (watch[i].revents & POLLERR)
            return end_pair(p, error_of(p->fd[i]));
        p->hung_up[i] |= (watch[i].revents & POLLHUP) != 0;
    }
    for (int i = CLIENT; i <= SERVER; i++)
        if (((watch[i].revents & (POLLIN | POLLHUP)) || (watch[!i].revents & POLLOUT)) &&
            move(&p->flow[i], p->fd[i], p->fd[!i]) == -1)
            return end_pair(p, errno);
    bool there = p->flow[CLIENT].passed, back = p->flow[SERVER].passed;
    return rules->first_end_is_all ? !(there || back) || end_pair(p, 0)
                                   : !(there && back) || end_pair(p, 0);
}
