/* talk.c - two flows and one poll; talk.h says what each function promises. */
#include "talk.h"

#include "diag.h"
#include "text.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_MAX = 16384, ROOM = 65536, TO_NET = 0, TO_USER = 1 };

/* One direction, as in lab 14: it does not read while it has something to send. */
struct flow {
    char data[ROOM];
    size_t from, to;
    bool ended;
};

struct talk {
    int fd;
    const struct manner *m;
    struct flow flow[2];
    unsigned char last; /* for -C */
    struct telnet telnet;
};

static bool has_rest(const struct flow *f)
{
    return f->from < f->to;
}

static bool may_read(const struct flow *f)
{
    return !f->ended && !has_rest(f);
}

static bool only_later(ssize_t n)
{
    return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/* Standard input has something, or has ended. */
static int take_from_user(struct talk *t)
{
    char typed[READ_MAX];
    struct flow *f = &t->flow[TO_NET];
    ssize_t n = read(STDIN_FILENO, typed, sizeof typed);
    if (n == -1)
        return only_later(n) ? 0 : -1;
    f->from = f->to = 0;
    f->ended = n == 0;
    for (ssize_t i = 0; i < n && !t->m->crlf; i++)
        f->data[f->to++] = typed[i];
    if (t->m->crlf)
        f->to = lines_to_crlf(typed, (size_t)n, f->data, &t->last);
    if (!f->ended || !t->m->ends)
        return 0;
    trace("end of standard input: shutdown(%d, SHUT_WR)", t->fd);
    shutdown(t->fd, SHUT_WR); /* the half-close: the other direction goes on */
    t->flow[TO_USER].ended |= t->m->datagrams;
    return 0;
}

static int take_from_net(struct talk *t)
{
    struct flow *f = &t->flow[TO_USER], *back = &t->flow[TO_NET];
    ssize_t n = recv(t->fd, f->data, t->m->telnet ? READ_MAX : ROOM, MSG_DONTWAIT);
    if (n == -1)
        return only_later(n) ? 0 : -1;
    f->from = 0;
    f->to = (size_t)n;
    f->ended = n == 0 && !t->m->datagrams; /* a datagram may be empty */
    if (t->m->telnet) {
        back->from = 0;
        back->to = refuse_telnet(&t->telnet, f->data, &f->to, back->data);
        if (back->ended && t->m->ends)
            back->to = 0; /* after shutdown nothing can be sent, so nothing is refused */
    }
    return 0;
}

static int give_to_net(struct talk *t)
{
    struct flow *f = &t->flow[TO_NET];
    ssize_t n = send(t->fd, f->data + f->from, f->to - f->from, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n == -1)
        return only_later(n) ? 0 : -1;
    f->from += (size_t)n;
    return 0;
}

/* No more than PIPE_BUF, because poll promises of a pipe
 * only that so much does not have to wait: pipe(7). */
static int give_to_user(struct talk *t)
{
    struct flow *f = &t->flow[TO_USER];
    size_t len = f->to - f->from;
    ssize_t n = write(STDOUT_FILENO, f->data + f->from, len < PIPE_BUF ? len : PIPE_BUF);
    if (n == -1)
        return only_later(n) ? 0 : -1;
    f->from += (size_t)n;
    return 0;
}

/* Waits until something can be done, at most `wait`, and does it.
 * Returns 0, -1 with errno set, or 1 if nothing has happened. */
static int turn(struct talk *t, int wait)
{
    struct flow *out = &t->flow[TO_NET], *in = &t->flow[TO_USER];
    bool takes = may_read(in) && !(t->m->telnet && has_rest(out)); /* a refusal needs the room */
    short events = (short)((takes ? POLLIN : 0) | (has_rest(out) ? POLLOUT : 0));
    struct pollfd watch[] = {
        {.fd = may_read(out) ? STDIN_FILENO : -1, .events = POLLIN},
        {.fd = events ? t->fd : -1, .events = events}, /* else poll would tell a hang-up for ever */
        {.fd = has_rest(in) ? STDOUT_FILENO : -1, .events = POLLOUT},
    };
    int n = poll(watch, 3, wait);
    if (n <= 0)
        return n == 0 ? 1 : only_later(n) ? 0 : -1;
    short net = watch[1].revents;
    if ((net & POLLOUT) && give_to_net(t) == -1)
        return -1;
    if (takes && (net & (POLLIN | POLLHUP | POLLERR)) && take_from_net(t) == -1)
        return -1;
    if (watch[2].revents && give_to_user(t) == -1)
        return -1;
    return watch[0].revents && may_read(out) ? take_from_user(t) : 0;
}

int talk(int fd, const struct manner *m)
{
    static struct talk t; /* static, because it is large */
    t.fd = fd;
    t.m = m;
    t.last = 0;
    t.telnet = (struct telnet){0};
    for (int i = TO_NET; i <= TO_USER; i++)
        t.flow[i].from = t.flow[i].to = t.flow[i].ended = 0;
    for (;;) {
        const struct flow *out = &t.flow[TO_NET], *in = &t.flow[TO_USER];
        bool heard_all = in->ended && !has_rest(in);
        if (heard_all && out->ended && !has_rest(out))
            return 0;
        /* Nothing more can come. What standard input has ready is still sent, a file for instance,
         * but nobody waits for a person to type. */
        int n = turn(&t, heard_all && !has_rest(out) ? 0 : m->wait);
        if (n != 0)
            return n == -1 ? -1 : 0;
    }
}
