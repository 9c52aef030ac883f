/* reach.c - connects with a limit of time, and takes the
 * first sender; reach.h says what each function promises. */
#include "reach.h"

#include "diag.h"
#include "io.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static int close_failed(int fd, int error)
{
    close(fd);
    errno = error;
    return -1;
}

/* Binds to any address, but to this port. */
static int bind_port(int fd, int family, uint16_t port)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    return family == AF_INET6 ? bind(fd, (struct sockaddr *)&any6, sizeof any6)
                              : bind(fd, (struct sockaddr *)&any, sizeof any);
}

/* Waits for the answer to a connect that has begun. Returns 0, or the error as an errno value. */
static int answer_to_connect(int fd, int wait)
{
    struct pollfd watch = {.fd = fd, .events = POLLOUT};
    int error = 0;
    int n = poll(&watch, 1, wait);
    if (n == 0)
        return ETIMEDOUT;
    if (n == -1 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error}) == -1)
        return errno;
    return error;
}

int reach(const struct endpoint *peer, int type, uint16_t own_port, int wait)
{
    int error = 0, fd = socket(peer->addr.ss_family, type | SOCK_NONBLOCK, 0);
    if (fd == -1)
        return -1;
    if (own_port != 0 && bind_port(fd, peer->addr.ss_family, own_port) == -1)
        return close_failed(fd, errno);
    /* For UDP this sends nothing, asks nobody and waits for nothing: connect(2). */
    if (connect(fd, (const struct sockaddr *)&peer->addr, peer->len) == -1)
        error = errno == EINPROGRESS ? answer_to_connect(fd, wait) : errno;
    return error == 0 ? fd : close_failed(fd, error);
}

bool is_itself(int fd)
{
    struct endpoint here = {.len = sizeof here.addr}, there = {.len = sizeof there.addr};
    memset(&here.addr, 0, sizeof here.addr);
    memset(&there.addr, 0, sizeof there.addr);
    return getsockname(fd, (struct sockaddr *)&here.addr, &here.len) == 0 &&
           getpeername(fd, (struct sockaddr *)&there.addr, &there.len) == 0 &&
           here.len == there.len && memcmp(&here.addr, &there.addr, here.len) == 0;
}

int udp_bind(const struct endpoint *where)
{
    int fd = socket(where->addr.ss_family, SOCK_DGRAM, 0);
    if (fd != -1 && bind(fd, (const struct sockaddr *)&where->addr, where->len) == -1)
        return close_failed(fd, errno);
    return fd;
}

int connect_to_first(int fd)
{
    char byte;
    struct endpoint sender = {.len = sizeof sender.addr};
    /* MSG_PEEK leaves the datagram in its queue, so that nobody has to remember it. */
    if (recvfrom(fd, &byte, 1, MSG_PEEK, (struct sockaddr *)&sender.addr, &sender.len) == -1)
        return -1;
    return connect(fd, (const struct sockaddr *)&sender.addr, sender.len);
}

int hear_all(int fd)
{
    static char data[65536];
    char text[ENDPOINT_TEXT_MAX];
    for (;;) {
        struct endpoint sender = {.len = sizeof sender.addr};
        ssize_t n =
            recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&sender.addr, &sender.len);
        if (n == -1 || write_all(STDOUT_FILENO, data, (size_t)n) == -1)
            return -1;
        trace("%zd bytes from %s", n, format_endpoint(&sender, text));
    }
}
