/* huge-buffer.c - non-blocking throughout, with a buffer of a mebibyte: it reads all that there is
 * before it answers, and waits by poll where a call says EAGAIN. */
#include "addr.h"
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";
static char data[1 << 20];

/* True if the call that has just failed will do later; waits until then. */
static bool later(int fd, short events)
{
    if (errno != EAGAIN && errno != EINTR)
        return false;
    while (poll(&(struct pollfd){.fd = fd, .events = events}, 1, -1) == -1)
        if (errno != EINTR)
            die("poll");
    return true;
}

static void serve_client(int fd)
{
    bool open = true;
    while (open) {
        size_t len = 0, sent = 0;
        ssize_t n = 1;
        while (len < sizeof data && (n = recv(fd, data + len, sizeof data - len, 0)) > 0)
            len += (size_t)n;
        if (len < sizeof data && n == 0)
            open = false;
        else if (len == 0 && !later(fd, POLLIN))
            return;
        for (size_t i = 0; i < len; i++)
            if (data[i] >= 'a' && data[i] <= 'z')
                data[i] = (char)(data[i] - 'a' + 'A');
        while (sent < len) {
            n = send(fd, data + sent, len - sent, MSG_NOSIGNAL);
            if (n == -1 && !later(fd, POLLOUT))
                return;
            sent += n == -1 ? 0 : (size_t)n;
        }
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    for (int conn_fd; (conn_fd = accept_client(listen_fd, NULL)) != -1;) {
        fcntl(conn_fd, F_SETFL, O_NONBLOCK);
        serve_client(conn_fd);
        close(conn_fd);
    }
    die("accept");
}
