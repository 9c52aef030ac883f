/* flow.c - moves bytes in one direction; flow.h says what each function promises. */
#include "flow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = MSG_DONTWAIT | MSG_NOSIGNAL, SPLICE = SPLICE_F_MOVE | SPLICE_F_NONBLOCK };

int open_flow(struct flow *f, bool by_splice)
{
    *f = (struct flow){.pipe = {-1, -1}};
    if (!by_splice) {
        f->data = malloc(FLOW_ROOM);
        return f->data ? 0 : -1;
    }
    if (pipe2(f->pipe, O_NONBLOCK | O_CLOEXEC) == -1)
        return -1;
    /* Else it has room for 64 KiB. If a user has very many,
     * the kernel refuses, and that is no harm: pipe(7) */
    fcntl(f->pipe[0], F_SETPIPE_SZ, FLOW_ROOM);
    return 0;
}

void close_flow(struct flow *f)
{
    free(f->data);
    if (f->pipe[0] != -1) {
        close(f->pipe[0]);
        close(f->pipe[1]);
    }
}

int put_first(struct flow *f, const char *data, size_t len)
{
    f->to = len;
    if (!f->data)
        return write(f->pipe[1], data, len) == (ssize_t)len ? 0 : -1;
    memcpy(f->data, data, len);
    return 0;
}

bool has_rest(const struct flow *f)
{
    return f->from < f->to;
}

bool may_read(const struct flow *f)
{
    return !f->ended && !has_rest(f);
}

static ssize_t take(struct flow *f, int fd)
{
    if (f->data)
        return recv(fd, f->data, FLOW_ROOM, MSG_DONTWAIT);
    return splice(fd, NULL, f->pipe[1], NULL, FLOW_ROOM, SPLICE); /* the bytes stay in the kernel */
}

static ssize_t give(struct flow *f, int fd)
{
    if (f->data)
        return send(fd, f->data + f->from, f->to - f->from, AT_ONCE);
    return splice(f->pipe[0], NULL, fd, NULL, f->to - f->from, SPLICE);
}

static bool only_later(ssize_t n)
{
    return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/* Sends what there is. Returns -1 if that end is gone. */
static int send_rest(struct flow *f, int fd)
{
    if (!has_rest(f))
        return 0;
    ssize_t n = give(f, fd);
    if (n == -1)
        return only_later(n) ? 0 : -1;
    f->from += (size_t)n;
    f->total += (size_t)n;
    return 0;
}

int move(struct flow *f, int from_fd, int to_fd)
{
    if (send_rest(f, to_fd) == -1)
        return -1;
    if (may_read(f)) {
        ssize_t n = take(f, from_fd);
        if (n == -1 && !only_later(n))
            return -1;
        f->ended = n == 0;
        f->from = 0;
        f->to = n > 0 ? (size_t)n : 0;
        if (send_rest(f, to_fd) == -1)
            return -1;
    }
    if (!f->ended || f->passed)
        return 0;
    f->passed = true;
    shutdown(to_fd, SHUT_WR); /* it may be gone by now, and then its end needs no telling */
    return 0;
}
