/* listener.c - opens a socket that shares its port; listener.h says what each function promises. */
#include "listener.h"

#include "diag.h"

#include <errno.h>
#include <unistd.h>

int close_failed(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int open_listener(const struct endpoint *where, int type, int option)
{
    char text[ENDPOINT_TEXT_MAX];
    int fd = socket(where->addr.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    /* Before bind, because bind is the call that looks:
     * at this socket's option, and at the others'. */
    int result = option ? setsockopt(fd, SOL_SOCKET, option, &(int){1}, sizeof(int)) : 0;
    if (option)
        trace("setsockopt(%d, %s, 1) = %d", fd,
              option == SO_REUSEPORT ? "SO_REUSEPORT" : "SO_REUSEADDR", result);
    if (result == -1)
        return close_failed(fd);
    result = bind(fd, (const struct sockaddr *)&where->addr, where->len);
    trace("bind(%d, %s) = %d", fd, format_endpoint(where, text), result);
    if (result == -1)
        return close_failed(fd);
    if (type != SOCK_STREAM)
        return fd;
    result = listen(fd, SOMAXCONN);
    trace("listen(%d) = %d", fd, result);
    return result == -1 ? close_failed(fd) : fd;
}
