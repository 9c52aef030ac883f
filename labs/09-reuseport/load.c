/* load.c - opens connections by a clock; load.h says what the function promises. */
#include "load.h"

#include "diag.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct connection {
    uint16_t port;
    char line[NAME_LONGEST + 2];
    size_t len;
};

struct load {
    const struct wish *wish;
    struct tally *tally;
    struct connection *by_fd; /* as many as descriptors may be */
    long open, begun;
    int epoll_fd;
    bool full; /* there was no descriptor or no port for one more */
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A login's limit is often 1,024 open files, and a
 * program may raise it up to a second one: getrlimit(2).
 * Returns the limit: all descriptors are below it. */
static size_t raise_limit(void)
{
    enum { ENOUGH = 65536 };
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < ENOUGH ? limit.rlim_max : ENOUGH;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        die("setrlimit RLIMIT_NOFILE");
    return limit.rlim_cur;
}

static void end_connection(struct load *load, int fd, int error)
{
    struct connection *c = &load->by_fd[fd];
    enum outcome outcome = error == ETIME ? SILENT : outcome_of(error, c->line, c->len);
    count_end(load->tally, outcome, c->line, c->len);
    if (load->wish->each && outcome == ANSWERED)
        say("from port %u: %.*s", c->port, (int)c->len - 1, c->line);
    else if (load->wish->each)
        say("from port %u: %s", c->port, error ? errno_name(error) : "no answer");
    c->port = 0;
    close(fd); /* epoll forgets it, too: epoll(7) */
    load->open--;
}

/* One more has to wait for an end. Says once why, and returns -1. */
static int must_wait(struct load *load, const char *limit)
{
    if (!load->full)
        say("at most %ld at once: %s", load->open, limit);
    load->full = true;
    return -1;
}

/* Returns a socket with a port of its own, if one
 * was wished for; or -1 if no descriptor is left. */
static int open_socket(struct load *load)
{
    const struct wish *wish = load->wish;
    int fd = socket(wish->server.addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1 && errno == EMFILE && load->open > 0)
        return must_wait(load, "the limit of open files (ulimit -n)");
    if (fd == -1)
        die("socket, with %ld open", load->open);
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    own.sin_port = htons((uint16_t)(wish->from + load->begun));
    if (wish->from && bind(fd, (const struct sockaddr *)&own, sizeof own) == -1)
        die("bind port %ld", wish->from + load->begun);
    return fd;
}

/* Returns false if no descriptor or no port is left for it. */
static bool begin_connection(struct load *load)
{
    int fd = open_socket(load);
    if (fd == -1)
        return false;
    const struct endpoint *server = &load->wish->server;
    int result = connect(fd, (const struct sockaddr *)&server->addr, server->len);
    int error = result == -1 && errno != EINPROGRESS ? errno : 0;
    trace("connect(%d) = %d%s%s", fd, result, result == -1 ? " " : "",
          result == -1 ? errno_name(errno) : "");
    if (error == EADDRNOTAVAIL && load->open > 0 && !load->wish->from) {
        must_wait(load, "no port is left (sysctl net.ipv4.ip_local_port_range)");
        close(fd);
        return false;
    }
    struct sockaddr_in own = {0};
    getsockname(fd, (struct sockaddr *)&own, &(socklen_t){sizeof own});
    load->by_fd[fd] = (struct connection){.port = ntohs(own.sin_port)};
    load->begun++;
    load->open++;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (error)
        end_connection(load, fd, error);
    else if (epoll_ctl(load->epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
        die("epoll_ctl");
    return true;
}

static void read_answer(struct load *load, int fd)
{
    struct connection *c = &load->by_fd[fd];
    for (;;) {
        char rest[256]; /* of an answer that is longer than a name, only the beginning counts */
        bool room = c->len < sizeof c->line;
        ssize_t n = recv(fd, room ? c->line + c->len : rest,
                         room ? sizeof c->line - c->len : sizeof rest, 0);
        if (n <= 0) {
            if (n == 0 || errno != EAGAIN)
                end_connection(load, fd, n == 0 ? 0 : errno);
            return;
        }
        c->len += room ? (size_t)n : 0;
    }
}

/* Begins what is due by now. Returns how many milliseconds may pass until the next one is. */
static int begin_due(struct load *load, double start)
{
    const struct wish *wish = load->wish;
    long due = wish->connections;
    if (wish->rate && (now() - start) * (double)wish->rate < (double)due - 1)
        due = (long)((now() - start) * (double)wish->rate) + 1;
    while (load->begun < due)
        if (!begin_connection(load))
            return (int)wish->patience * 1000; /* the end of another one makes room */
    return load->begun == wish->connections ? (int)wish->patience * 1000 : 1;
}

void run_load(const struct wish *wish, struct tally *tally)
{
    size_t most = raise_limit();
    struct load load = {.wish = wish, .tally = tally, .epoll_fd = epoll_create1(EPOLL_CLOEXEC)};
    load.by_fd = calloc(most, sizeof *load.by_fd);
    if (load.epoll_fd == -1 || !load.by_fd)
        die("prepare for %zu descriptors", most);
    double start = now();
    while (load.begun < wish->connections || load.open > 0) {
        struct epoll_event events[64];
        int timeout = begin_due(&load, start);
        int n = load.open > 0 || timeout == 1 ? epoll_wait(load.epoll_fd, events, 64, timeout) : -1;
        for (int i = 0; i < n; i++)
            read_answer(&load, events[i].data.fd);
        if (n != 0 || timeout == 1)
            continue;
        for (size_t fd = 0; fd < most; fd++)
            if (load.by_fd[fd].port)
                end_connection(&load, (int)fd, ETIME);
    }
    free(load.by_fd);
    close(load.epoll_fd);
}
