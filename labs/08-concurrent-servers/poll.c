/* poll.c - lab 08: an echo server that serves all clients at once, with one thread and poll.
 *
 * Shows:      one loop that asks the kernel who can be served, and never waits for a single client.
 *             And two mistakes that stop it.
 * Run this:   ./poll
 *             ./load -s 8 -f 1
 * See this:   load: 20 of 20 clients served
 * Try:        ./poll -b; and the same load. Then (ulimit -n 20; ./poll -s); ./load -s 40, and top.
 *
 * BUG ON PURPOSE: -b sends as a blocking server does, and -s never looks away from a listener that
 * it cannot accept from. Without them it has neither bug.
 */
#include "diag.h"
#include "echo.h"
#include "io.h"
#include "limit.h"
#include "net.h"
#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: poll [-bsv] [-l LENGTH] [-p PORT]\n"
    "Sends back what comes, to all clients at once, by one loop.\n\n"
    "  -b          wait in send until the client has taken all\n"
    "  -s          spin when no descriptor is left for the next client\n" SERVICE_HELP;

/* watch[i] is what poll looks at, rests[i] what that
 * client has not taken. Number 0 is the listener. */
struct table {
    struct pollfd *watch;
    struct rest *rests;
    size_t len, room;
    bool blocks, spins;
};

static void add(struct table *t, int fd)
{
    if (t->len == t->room) {
        t->room = t->room ? 2 * t->room : 64;
        t->watch = realloc(t->watch, t->room * sizeof *t->watch);
        t->rests = realloc(t->rests, t->room * sizeof *t->rests);
        if (!t->watch || !t->rests)
            die("realloc");
    }
    t->rests[t->len] = (struct rest){.data = NULL};
    t->watch[t->len++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static void accept_all(struct table *t, int listen_fd)
{
    int conn_fd;
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1)
        add(t, conn_fd);
    if (is_limit(errno) && errno != EAGAIN) {
        say_limit("cannot accept", errno);
        /* The client stays in the queue, so the listener
         * stays readable. Look at it again when one has left. */
        t->watch[0].fd = t->spins ? listen_fd : -1;
    } else if (errno != EAGAIN && errno != EINTR)
        die("accept");
}

/* The last client takes the place of the one that leaves, so that the table has no holes. */
static void serve_or_remove(struct table *t, size_t i, int listen_fd)
{
    t->watch[i].events = serve_some(t->watch[i].fd, &t->rests[i], t->blocks);
    if (t->watch[i].events != 0)
        return;
    close(t->watch[i].fd);
    t->watch[i] = t->watch[--t->len];
    t->rests[i] = t->rests[t->len];
    t->watch[0].fd = listen_fd;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct service service = default_service();
    static struct table t; /* static, so that all of it is 0 */
    for (int c; (c = next_option(argc, argv, "bs" SERVICE_OPTIONS, help)) != -1;) {
        set_service(&service, c);
        t.blocks |= c == 'b';
        t.spins |= c == 's';
    }
    int listen_fd = open_service(&service);
    fcntl(listen_fd, F_SETFL, O_NONBLOCK); /* a client may have left the queue since poll saw it */
    add(&t, listen_fd);
    while (!stop) {
        /* -1: as long as it takes. But what the limit is
         * about may be freed by another process, too. */
        int ready = poll(t.watch, t.len, t.watch[0].fd == -1 ? 1000 : -1);
        if (ready == -1 && errno != EINTR)
            die("poll");
        /* From the end: the last one fills the gap of one that leaves, and was seen already. */
        for (size_t i = t.len; ready > 0 && --i > 0;)
            if (t.watch[i].revents != 0)
                serve_or_remove(&t, i, listen_fd);
        if (ready == 0)
            t.watch[0].fd = listen_fd;
        if (ready > 0 && t.watch[0].revents != 0)
            accept_all(&t, listen_fd);
    }
    return close_service(listen_fd);
}
