/* relay.c - lab 14: a server to its clients, and a client to its server.
 *
 * Shows:      what comes from one end goes to the other, both ways, and so does each end of
 *             stream. It never keeps more than its buffers, however fast or slow the ends are.
 * Run this:   ./backend
 *             ./relay 127.0.0.1:8014
 *             echo hello | nc -N 127.0.0.1 5014
 * See this:   hello
 * Try:        ./backend -m late
 *             ./relay -1: what has become of the answer?
 *
 * BUG ON PURPOSE: -1 closes both connections as soon as one of
 * the two streams has ended. Without it there is no such bug.
 */
#include "diag.h"
#include "io.h"
#include "net.h"
#include "pair.h"
#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

static const char help[] =
    "usage: relay [-1svx] [-p PORT | -l PATH] [-r MS] [-t MS] SERVER...\n"
    "Relays each client to a SERVER, HOST:PORT or the path of a Unix socket (./sock). Several have "
    "their turns.\n\n"
    "  -1       close both connections at the first end of stream\n"
    "  -l PATH  listen at a Unix socket of this path, with a slash in it\n"
    "  -p PORT  the port to bind on 127.0.0.1, 0 to 65535; 0: the kernel chooses (5014)\n"
    "  -r MS    how long a server that did not answer is out, 0 to 3600000 (5000)\n"
    "  -s       move the bytes by splice\n"
    "  -t MS    how long to wait for a server's answer, 1 to 3600000 (3000)\n"
    "  -x       tell the server who the client is: the PROXY protocol, version 1\n"
    "  -v       print each accept with its result\n"
    "  -h       print this help";

/* watch[0] is the listener; watch[1 + 2 * i] and the next one belong to pairs[i]. */
struct table {
    struct pollfd *watch;
    struct pair **pairs;
    size_t len, room;
};

static void add(struct table *t, struct pair *pair)
{
    if (!pair)
        return;
    if (t->len == t->room) {
        t->room = 2 * t->room + 8;
        t->pairs = realloc(t->pairs, t->room * sizeof(struct pair *));
        t->watch = realloc(t->watch, (1 + 2 * t->room) * sizeof *t->watch);
        if (!t->pairs || !t->watch)
            die("realloc");
    }
    t->pairs[t->len++] = pair;
}

static void relay_all(int listen_fd, struct pool *pool, const struct rules *rules)
{
    static struct table t; /* static, so that all of it is 0 */
    bool full = false;     /* no descriptor is left: do not look at the listener for a moment */
    t.watch = malloc(sizeof *t.watch);
    while (!stop && t.watch) {
        t.watch[0] = (struct pollfd){.fd = full ? -1 : listen_fd, .events = POLLIN};
        bool waits = full; /* or for a server's answer, and not for ever */
        for (size_t i = 0; i < t.len; i++) {
            watch_pair(t.pairs[i], &t.watch[1 + 2 * i]);
            waits |= t.pairs[i]->connecting;
        }
        if (poll(t.watch, 1 + 2 * t.len, waits ? 100 : -1) == -1 && errno != EINTR)
            die("poll");
        bool has_client = t.watch[0].revents != 0;
        for (size_t i = t.len; i-- > 0;) /* from the end: the last one fills a gap, and was seen */
            if (!serve_pair(t.pairs[i], &t.watch[1 + 2 * i], pool, rules))
                t.pairs[i] = t.pairs[--t.len];
        for (int fd; has_client && (fd = accept_client(listen_fd, NULL)) != -1;)
            add(&t, open_pair(fd, pool, rules));
        full = has_client && (errno == EMFILE || errno == ENFILE);
    }
}

int main(int argc, char *argv[])
{
    diag_init("relay");
    struct rules rules = {.patience = 3000, .out = 5000};
    struct endpoint where = resolve_or_die("127.0.0.1", 5014);
    char text[ENDPOINT_TEXT_MAX];
    for (int c; (c = next_option(argc, argv, "1l:p:r:st:x", help)) != -1;) {
        rules.first_end_is_all |= c == '1';
        rules.by_splice |= c == 's';
        rules.proxy_line |= c == 'x';
        if (c == 'l' && !parse_place(optarg, &where))
            die_usage("no path for a socket: '%s'", optarg);
        if (c == 'p')
            where = resolve_or_die("127.0.0.1", (uint16_t)number_option(c, "a port", 0, 65535));
        if (c == 'r' || c == 't')
            *(c == 'r' ? &rules.out : &rules.patience) =
                number_option(c, "a time in ms", c == 't', 3600000);
    }
    if (!argv[optind])
        die_usage("which server?");
    struct pool pool = {.len = 0};
    for (char **name = argv + optind; *name; name++)
        if (!add_server(&pool, *name))
            die_usage("no server '%s': HOST:PORT or ./PATH, at most %d", *name, POOL_MAX);
    int listen_fd = listen_at(&where);
    /* SIGPIPE is ignored because splice has no MSG_NOSIGNAL. */
    if (listen_fd == -1 || stop_on_signals() == -1 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        die("listen on %s", format_place(&where, text));
    bool is_path = where.addr.ss_family == AF_UNIX;
    say("listening on %s", is_path ? format_place(&where, text) : local_endpoint(listen_fd, text));
    relay_all(listen_fd, &pool, &rules);
    if (is_path)
        unlink(((struct sockaddr_un *)&where.addr)->sun_path);
    return EXIT_SUCCESS;
}
