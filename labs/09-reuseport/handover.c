/* handover.c - hands a listening socket on; handover.h says what each function promises. */
#include "handover.h"

#include "../03-unix-sockets/descriptor.h"
#include "diag.h"
#include "listener.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int open_unix(const char *path, struct sockaddr_un *where)
{
    *where = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof where->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(where->sun_path, path, strlen(path) + 1);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

int await_heir(const char *path)
{
    struct sockaddr_un where;
    int fd = open_unix(path, &where);
    if (fd == -1)
        return -1;
    if (unlink(path) == -1 && errno != ENOENT)
        return close_failed(fd);
    if (bind(fd, (const struct sockaddr *)&where, sizeof where) == -1 || listen(fd, 1) == -1)
        return close_failed(fd);
    return fd;
}

int hand_on(int heir_fd, int fd)
{
    int conn_fd = accept(heir_fd, NULL, NULL);
    if (conn_fd == -1)
        return -1;
    int result = send_descriptor(conn_fd, fd);
    trace("send_descriptor(%d, %d) = %d", conn_fd, fd, result);
    if (result == -1)
        return close_failed(conn_fd);
    close(conn_fd);
    return 0;
}

int inherit(const char *path)
{
    struct sockaddr_un where;
    int conn_fd = open_unix(path, &where);
    if (conn_fd == -1)
        return -1;
    if (connect(conn_fd, (const struct sockaddr *)&where, sizeof where) == -1)
        return close_failed(conn_fd);
    int fd = receive_descriptor(conn_fd);
    trace("receive_descriptor(%d) = %d", conn_fd, fd);
    if (fd == -1)
        return close_failed(conn_fd);
    close(conn_fd);
    return fd;
}
