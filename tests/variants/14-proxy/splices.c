/* splices.c - a right program of another shape: splice(2) moves the bytes from one socket through
 * a pipe to the other. A flow has a pipe only while bytes wait in it: descriptors are few. */
#define OWN_MOVES
#include "polls.h"

#include <signal.h>

__attribute__((constructor)) static void no_sigpipe(void)
{
    signal(SIGPIPE, SIG_IGN); /* splice has no MSG_NOSIGNAL */
}

static void forget(struct flow *f)
{
    close(f->pipe[0]);
    close(f->pipe[1]);
}

static ssize_t take(struct flow *f, int fd, size_t most)
{
    if (pipe(f->pipe) == -1)
        return -1;
    ssize_t n = splice(fd, NULL, f->pipe[1], NULL, most, SPLICE_F_NONBLOCK);
    int error = errno;
    if (n <= 0)
        forget(f);
    errno = error;
    return n;
}

static ssize_t give(struct flow *f, int fd)
{
    size_t rest = f->to - f->from;
    ssize_t n = splice(f->pipe[0], NULL, fd, NULL, rest, SPLICE_F_NONBLOCK);
    if (n == (ssize_t)rest)
        forget(f);
    return n;
}
