/* echo.c - the service itself, with and without
 * waiting; echo.h says what each function promises. */
#include "echo.h"

#include "io.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void serve_client(int conn_fd)
{
    char data[4096];
    ssize_t n;
    while ((n = recv_some(conn_fd, data, sizeof data)) > 0)
        if (send_all(conn_fd, data, (size_t)n) == -1)
            return;
}

/* MSG_DONTWAIT makes one call non-blocking, O_NONBLOCK all calls of the socket: send(2). */
enum { AT_ONCE = MSG_DONTWAIT | MSG_NOSIGNAL };

static bool only_later(ssize_t n)
{
    return n == -1 && (errno == EAGAIN || errno == EINTR);
}

static short gone(struct rest *rest)
{
    free(rest->data);
    *rest = (struct rest){.data = NULL};
    return 0;
}

static short send_rest(int fd, struct rest *rest)
{
    ssize_t n = send(fd, rest->data + rest->from, rest->to - rest->from, AT_ONCE);
    if (only_later(n))
        return POLLOUT;
    if (n == -1)
        return gone(rest);
    rest->from += (size_t)n;
    if (rest->from < rest->to)
        return POLLOUT;
    gone(rest); /* the rest is, and its memory; not the client */
    return POLLIN;
}

static short keep_rest(struct rest *rest, const char *data, size_t len)
{
    rest->data = malloc(len);
    if (!rest->data)
        return gone(rest);
    memcpy(rest->data, data, len);
    rest->to = len;
    return POLLOUT;
}

short serve_some(int conn_fd, struct rest *rest, bool wait)
{
    static char data[65536]; /* one for all clients, because nothing stays in it */
    if (rest->data)
        return send_rest(conn_fd, rest);
    ssize_t came = recv(conn_fd, data, sizeof data, MSG_DONTWAIT);
    if (only_later(came))
        return POLLIN;
    if (came <= 0)
        return 0;
    if (wait)
        return send_all(conn_fd, data, (size_t)came) == -1 ? 0 : POLLIN;
    ssize_t sent = send(conn_fd, data, (size_t)came, AT_ONCE);
    if (sent == -1 && !only_later(sent))
        return 0;
    size_t done = sent == -1 ? 0 : (size_t)sent;
    return done == (size_t)came ? POLLIN : keep_rest(rest, data + done, (size_t)came - done);
}
