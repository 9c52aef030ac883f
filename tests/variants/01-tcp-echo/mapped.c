/* mapped.c - an IPv6 socket that is bound to 127.0.0.1 in its IPv6 form, ::ffff:127.0.0.1. It reads
 * into two buffers by readv and sends them by writev. */
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

static void shout(char *data, size_t len)
{
    for (; len > 0; len--, data++)
        if (*data >= 'a' && *data <= 'z')
            *data = (char)(*data & ~0x20);
}

static void serve_client(int fd)
{
    char head[100], tail[5000];
    for (;;) {
        struct iovec parts[] = {{head, sizeof head}, {tail, sizeof tail}};
        ssize_t n = readv(fd, parts, 2);
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        size_t len = (size_t)n;
        parts[0].iov_len = len < sizeof head ? len : sizeof head;
        parts[1].iov_len = len - parts[0].iov_len;
        shout(head, parts[0].iov_len);
        shout(tail, parts[1].iov_len);
        while (parts[0].iov_len + parts[1].iov_len > 0) {
            n = writev(fd, parts, 2);
            if (n == -1 && errno == EINTR)
                continue;
            if (n == -1)
                return;
            for (int i = 0; i < 2; i++) {
                size_t done = (size_t)n < parts[i].iov_len ? (size_t)n : parts[i].iov_len;
                parts[i].iov_base = (char *)parts[i].iov_base + done;
                parts[i].iov_len -= done;
                n -= (ssize_t)done;
            }
        }
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    signal(SIGPIPE, SIG_IGN);
    struct sockaddr_in6 where = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &where.sin6_addr);
    int listen_fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (listen_fd == -1 || bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1 ||
        listen(listen_fd, 128) == -1)
        die("port %ld", port);
    for (;;) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd == -1 && errno != EINTR && errno != ECONNABORTED)
            die("accept");
        if (conn_fd == -1)
            continue;
        serve_client(conn_fd);
        close(conn_fd);
    }
}
