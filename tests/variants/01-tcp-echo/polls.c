/* polls.c - one process serves all clients at once, by poll and non-blocking sockets. What a client
 * does not take yet stays in its buffer, and meanwhile the server reads nothing more from it. */
#include "addr.h"
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

enum { CLIENTS = 100 }; /* the others wait in the queue */
struct buffer {
    char data[2048];
    size_t from, to; /* these bytes are still to be sent */
};
static struct pollfd fds[1 + CLIENTS]; /* the first is the listening socket */
static struct buffer buffers[1 + CLIENTS];

static bool not_yet(ssize_t n)
{
    return n == -1 && (errno == EAGAIN || errno == EINTR);
}

/* Reads if the buffer is empty, and sends what is in it. False when the client has gone. */
static bool serve(int fd, struct buffer *b)
{
    if (b->from == b->to) {
        ssize_t n = recv(fd, b->data, sizeof b->data, MSG_DONTWAIT);
        if (n == 0 || (n == -1 && !not_yet(n)))
            return false;
        b->from = 0;
        b->to = n > 0 ? (size_t)n : 0;
        for (size_t i = 0; i < b->to; i++)
            if ('a' <= b->data[i] && b->data[i] <= 'z')
                b->data[i] = (char)(b->data[i] - 32);
    }
    ssize_t n = send(fd, b->data + b->from, b->to - b->from, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0)
        b->from += (size_t)n;
    return n >= 0 || not_yet(n);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    fds[0].fd = tcp_listen(&where);
    if (fds[0].fd == -1)
        die("listen on port %ld", port);
    for (nfds_t count = 1;;) {
        fds[0].events = count <= CLIENTS ? POLLIN : 0;
        if (poll(fds, count, -1) == -1 && errno != EINTR)
            die("poll");
        for (nfds_t i = count - 1; i > 0; i--) {
            if (fds[i].revents != 0 && !serve(fds[i].fd, &buffers[i])) {
                close(fds[i].fd);
                fds[i] = fds[--count];
                buffers[i] = buffers[count];
            } else {
                fds[i].events = buffers[i].from < buffers[i].to ? POLLOUT : POLLIN;
            }
            fds[i].revents = 0;
        }
        int conn_fd = fds[0].revents & POLLIN ? accept(fds[0].fd, NULL, NULL) : -1;
        fds[0].revents = 0;
        if (conn_fd == -1)
            continue; /* a signal came, or the client has left: poll tells when there is another */
        fds[count] = (struct pollfd){.fd = conn_fd, .events = POLLIN};
        buffers[count++] = (struct buffer){.from = 0};
    }
}
