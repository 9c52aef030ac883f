/* net.c - listen, connect and accept; net.h says what each function promises. */
#include "net.h"

#include "diag.h"
#include "io.h"

#include <errno.h>
#include <netdb.h>
#include <unistd.h>

struct endpoint resolve_or_die(const char *host, uint16_t port)
{
    struct endpoint found;
    int error = resolve(host, port, &found);
    if (error != 0)
        die_plain("cannot find host '%s': %s", host, gai_strerror(error));
    return found;
}

/* Closes `fd` and keeps errno. Returns -1, so that a caller can `return close_failed(fd)`. */
static int close_failed(int fd)
{
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int open_stream(const struct endpoint *ep)
{
    int fd = socket(ep->addr.ss_family, SOCK_STREAM, 0);
    trace("socket(SOCK_STREAM) = %d", fd);
    return fd;
}

int tcp_listen(const struct endpoint *where)
{
    char text[ENDPOINT_TEXT_MAX];
    int listen_fd = open_stream(where);
    if (listen_fd == -1)
        return -1;
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        return close_failed(listen_fd);
    int result = bind(listen_fd, (const struct sockaddr *)&where->addr, where->len);
    trace("bind(%d, %s) = %d", listen_fd, format_endpoint(where, text), result);
    if (result == -1)
        return close_failed(listen_fd);
    result = listen(listen_fd, SOMAXCONN);
    trace("listen(%d) = %d", listen_fd, result);
    return result == -1 ? close_failed(listen_fd) : listen_fd;
}

int tcp_connect(const struct endpoint *server)
{
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    int fd = open_stream(server);
    if (fd == -1)
        return -1;
    format_endpoint(server, text);
    if (connect(fd, (const struct sockaddr *)&server->addr, server->len) == -1) {
        trace("connect(%d, %s) = -1 %s", fd, text, errno_name(errno));
        return close_failed(fd);
    }
    trace("connect(%d, %s) = 0, tcp %s -> %s", fd, text, local_endpoint(fd, local), text);
    return fd;
}

int accept_client(int listen_fd, struct endpoint *client)
{
    struct endpoint unwanted;
    struct endpoint *other = client ? client : &unwanted;
    while (!stop) {
        other->len = sizeof other->addr;
        int conn_fd = accept(listen_fd, (struct sockaddr *)&other->addr, &other->len);
        trace("accept(%d) = %d", listen_fd, conn_fd);
        if (conn_fd != -1 || (errno != ECONNABORTED && errno != EINTR))
            return conn_fd;
    }
    errno = EINTR; /* the signal may have come while the caller served another client */
    return -1;
}
