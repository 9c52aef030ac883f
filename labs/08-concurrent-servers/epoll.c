/* epoll.c - lab 08: an echo server that serves all clients at once, with one thread and epoll.
 *
 * Shows:      the same loop as in poll.c, but the kernel keeps the list of what to look at. So a
 *             wait costs as much as there are clients with something to do, however many are idle.
 * Run this:   ./epoll
 *             ./load -s 8 -f 1
 * See this:   load: 20 of 20 clients served
 * Try:        ./load -s 1000 -n 20000, with ./poll, too; diff poll.c epoll.c
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
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { AT_ONCE = 256 }; /* so many clients a wait */

static const char help[] =
    "usage: epoll [-v] [-l LENGTH] [-p PORT]\n"
    "Sends back what comes, to all clients at once, by one loop.\n\n" SERVICE_HELP;

/* rests[fd] is what the client with that descriptor has not taken. The kernel gives the lowest free
 * number, so the array has few holes. */
struct table {
    struct rest *rests;
    size_t room;
    int epoll_fd;
    bool paused; /* the listener is not watched */
};

static void control(const struct table *t, int operation, int fd, short events)
{
    struct epoll_event event = {.events = (uint32_t)events, .data.fd = fd};
    if (epoll_ctl(t->epoll_fd, operation, fd, &event) == -1)
        die("epoll_ctl");
}

static void add(struct table *t, int fd)
{
    while ((size_t)fd >= t->room) {
        size_t more = t->room ? t->room : 64;
        t->rests = realloc(t->rests, (t->room + more) * sizeof *t->rests);
        if (!t->rests)
            die("realloc");
        memset(t->rests + t->room, 0, more * sizeof *t->rests);
        t->room += more;
    }
    control(t, EPOLL_CTL_ADD, fd, POLLIN);
}

static void watch_listener(struct table *t, int listen_fd, bool watched)
{
    if (t->paused == watched)
        control(t, EPOLL_CTL_MOD, listen_fd, watched ? POLLIN : 0);
    t->paused = !watched;
}

static void accept_all(struct table *t, int listen_fd)
{
    int conn_fd;
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1)
        add(t, conn_fd);
    if (is_limit(errno) && errno != EAGAIN) {
        say_limit("cannot accept", errno);
        /* The listener stays readable. Look at it again when a client has left. */
        watch_listener(t, listen_fd, false);
    } else if (errno != EAGAIN && errno != EINTR)
        die("accept");
}

static void serve_or_remove(struct table *t, int fd, int listen_fd)
{
    short was = t->rests[fd].data ? POLLOUT : POLLIN;
    short now = serve_some(fd, &t->rests[fd], false);
    if (now == 0) {
        close(fd); /* which ends the kernel's watch, too: epoll(7) */
        watch_listener(t, listen_fd, true);
    } else if (now !=
               was) /* the values of POLLIN and EPOLLIN are the same, and of POLLOUT and EPOLLOUT */
        control(t, EPOLL_CTL_MOD, fd, now);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct service service = default_service();
    for (int c; (c = next_option(argc, argv, SERVICE_OPTIONS, help)) != -1;)
        set_service(&service, c);
    int listen_fd = open_service(&service);
    fcntl(listen_fd, F_SETFL, O_NONBLOCK); /* a client may have left the queue since epoll saw it */
    static struct table t;                 /* static, so that all of it is 0 */
    struct epoll_event ready[AT_ONCE];
    if ((t.epoll_fd = epoll_create1(0)) == -1)
        die("epoll_create1");
    add(&t, listen_fd);
    while (!stop) {
        /* -1: as long as it takes. But what the limit is
         * about may be freed by another process, too. */
        int n = epoll_wait(t.epoll_fd, ready, AT_ONCE, t.paused ? 1000 : -1);
        if (n == -1 && errno != EINTR)
            die("epoll_wait");
        if (n == 0)
            watch_listener(&t, listen_fd, true);
        for (int i = 0; i < n; i++)
            if (ready[i].data.fd == listen_fd)
                accept_all(&t, listen_fd);
            else
                serve_or_remove(&t, ready[i].data.fd, listen_fd);
    }
    return close_service(listen_fd);
}
