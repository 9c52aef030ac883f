/* mover.c - moves bytes in one of three ways; mover.h says what each function promises. */
#include "mover.h"

#include "diag.h"
#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <unistd.h>

int start_mover(struct mover *m, enum way way, size_t chunk, struct progress *progress)
{
    *m = (struct mover){.way = way, .chunk = chunk, .pipe = {-1, -1}, .progress = progress};
    if (way == BY_READ && !(m->buffer = malloc(chunk)))
        return -1;
    if (way == BY_SPLICE && pipe2(m->pipe, O_CLOEXEC) == -1)
        return -1;
    if (way == BY_SPLICE) /* a smaller pipe is slower, not wrong: pipe(7), pipe-max-size */
        trace("fcntl(%d, F_SETPIPE_SZ, %zu) = %d", m->pipe[1], chunk,
              fcntl(m->pipe[1], F_SETPIPE_SZ, (int)chunk));
    return 0;
}

void end_mover(struct mover *m)
{
    free(m->buffer);
    if (m->pipe[0] != -1) {
        close(m->pipe[0]);
        close(m->pipe[1]);
    }
}

static bool try_again(ssize_t result)
{
    return result == -1 && errno == EINTR && !stop;
}

/* Each step moves at most `len` bytes, and returns how many, 0 at the end of `from`, or -1. */
static ssize_t read_step(struct mover *m, int from, int to, size_t len)
{
    ssize_t n;
    do
        n = read(from, m->buffer, len);
    while (try_again(n));
    trace("read(%d, %zu bytes) = %zd", from, len, n);
    m->putting = n > 0;
    return n > 0 && write_all(to, m->buffer, (size_t)n) == -1 ? -1 : n;
}

/* At the end of the file it returns 0 for ever: a loop that waits for more must notice. */
static ssize_t sendfile_step(struct mover *m, int from, int to, size_t len)
{
    ssize_t n;
    do
        n = sendfile(to, from, NULL, len);
    while (try_again(n));
    trace("sendfile(%d, %d, %zu bytes) = %zd", to, from, len, n);
    m->putting = n == -1; /* a file that cannot be read is rarer than a peer that is gone */
    return n;
}

static ssize_t splice_once(int from, int to, size_t len)
{
    ssize_t n;
    do
        n = splice(from, NULL, to, NULL, len, SPLICE_F_MOVE | SPLICE_F_MORE);
    while (try_again(n));
    trace("splice(%d, %d, %zu bytes) = %zd", from, to, len, n);
    return n;
}

/* Into the pipe, and out of it again until it is empty. */
static ssize_t splice_step(struct mover *m, int from, int to, size_t len)
{
    ssize_t came = splice_once(from, m->pipe[1], len), gone;
    m->putting = came > 0;
    for (ssize_t left = came; left > 0; left -= gone)
        if ((gone = splice_once(m->pipe[0], to, (size_t)left)) <= 0)
            return -1;
    return came;
}

int move_bytes(struct mover *m, int from, int to, uint64_t len)
{
    ssize_t (*const step[])(struct mover *, int, int, size_t) = {read_step, sendfile_step,
                                                                 splice_step};
    while (m->done < len) {
        size_t want = len - m->done < m->chunk ? (size_t)(len - m->done) : m->chunk;
        ssize_t n = step[m->way](m, from, to, want);
        if (n == 0)
            errno = ENODATA;
        if (n <= 0)
            return -1;
        m->done += (uint64_t)n;
        show_progress(m->progress, m->done);
    }
    return 0;
}
