/* call.c - asks again until the answer comes. */
#include "call.h"
#include "diag.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int open_caller(struct caller *caller, const struct endpoint *server, uint16_t local_port)
{
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(local_port)};
    if ((caller->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
        return -1;
    /* A connected socket receives from the server only (lab 02). */
    if (bind(caller->fd, (struct sockaddr *)&local, sizeof local) == -1 ||
        connect(caller->fd, (const struct sockaddr *)&server->addr, server->len) == -1) {
        int error = errno;
        close(caller->fd);
        errno = error;
        return -1;
    }
    return 0;
}

static long milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits until `end` for the answer. Returns its length, or -1: EAGAIN if none came. */
static ssize_t await_answer(struct caller *caller, long end, is_answer *fits, const void *request,
                            unsigned char *answer, size_t room)
{
    for (long left; (left = end - milliseconds()) > 0;) {
        struct pollfd ready = {.fd = caller->fd, .events = POLLIN};
        if (poll(&ready, 1, (int)left) == -1 && errno != EINTR)
            return -1;
        ssize_t n = ready.revents ? recv(caller->fd, answer, room, MSG_DONTWAIT) : -1;
        if (n == -1) /* ECONNREFUSED: nobody is there just now, which may change */
            continue;
        caller->bytes_back += n;
        if (fits(request, answer, (size_t)n))
            return n;
        caller->strays++; /* the answer to an earlier request, for example, that came twice */
    }
    errno = EAGAIN;
    return -1;
}

ssize_t call(struct caller *caller, const void *data, size_t len, is_answer *fits,
             const void *request, unsigned char *answer, size_t room)
{
    ssize_t n = -1;
    caller->calls++;
    for (int try = 0; n == -1 && try < caller->tries; try++) {
        long end = milliseconds() + caller->patience;
        ssize_t sent = send(caller->fd, data, len, 0);
        if (sent == -1 &&
            errno == ECONNREFUSED) /* an earlier one was refused; this one was not sent */
            sent = send(caller->fd, data, len, 0);
        trace("send(%zu bytes) = %zd%s", len, sent, try > 0 ? ", again" : "");
        caller->requests++;
        caller->bytes_there += (long)len;
        n = await_answer(caller, end, fits, request, answer, room);
        if (n == -1 && errno != EAGAIN)
            return -1;
    }
    if (n == -1)
        errno = ETIMEDOUT;
    return n;
}
