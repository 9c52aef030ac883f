/* epolls.c - all clients by epoll, edge-triggered. A client's bytes go into a buffer as they come,
 * whole messages leave it, and the answers wait in a second buffer. */
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
    int fd;
    bool ended; /* nothing more is to be read, but there may be answers to send */
    size_t have, waiting, sent, room;
    unsigned char *in, *out;
};

static size_t longest = 1024;

static void forget(struct client *c)
{
    close(c->fd);
    free(c->in);
    free(c->out);
    free(c);
}

static void add_answer(struct client *c, const unsigned char *frame, size_t len)
{
    if (c->waiting + 4 + len > c->room) {
        c->room = 2 * c->room + 4 + len;
        c->out = realloc(c->out, c->room);
        if (!c->out)
            die("realloc");
    }
    memcpy(c->out + c->waiting, frame, 4);
    c->waiting += 4;
    for (size_t i = len; i > 0; i--)
        c->out[c->waiting++] = frame[4 + i - 1];
}

/* Answers all messages that are complete. */
static void decode(struct client *c)
{
    size_t at = 0;
    while (c->have - at >= 4) {
        const unsigned char *frame = c->in + at;
        size_t len = (size_t)frame[0] << 24 | (size_t)frame[1] << 16 | (size_t)frame[2] << 8 |
                     (size_t)frame[3];
        if (len > longest)
            c->ended = true;
        if (len > longest || c->have - at < 4 + len)
            break;
        add_answer(c, frame, len);
        at += 4 + len;
    }
    c->have -= at;
    memmove(c->in, c->in + at, c->have);
}

/* Sends what waits. Returns false if the client has gone. */
static bool flush(struct client *c)
{
    while (c->sent < c->waiting) {
        ssize_t n = send(c->fd, c->out + c->sent, c->waiting - c->sent, MSG_NOSIGNAL);
        if (n == -1)
            return errno == EAGAIN;
        c->sent += (size_t)n;
    }
    c->sent = c->waiting = 0;
    return true;
}

static void serve(struct client *c)
{
    bool there = flush(c);
    /* No new message before the client has taken the answers to the last ones. */
    while (there && c->waiting == 0 && !c->ended) {
        ssize_t n = recv(c->fd, c->in + c->have, 4 + longest - c->have, 0);
        if (n == -1 && errno == EAGAIN)
            return;
        c->ended = n <= 0;
        c->have += n > 0 ? (size_t)n : 0;
        decode(c);
        there = flush(c);
    }
    if (!there || (c->ended && c->waiting == 0))
        forget(c);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5004;
    for (int c; (c = next_option(argc, argv, "l:p:", "usage: server [-l BYTES] [-p PORT]")) != -1;)
        if (c == 'l')
            longest = (size_t)number_option(c, "a message's length", 0, 1048576);
        else
            port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where), epoll_fd = epoll_create1(0);
    if (listen_fd == -1 || epoll_fd == -1)
        die("listen");
    fcntl(listen_fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event);
    for (;;) {
        /* SIGCONT interrupts epoll_wait, even without a handler (signal(7)). */
        if (epoll_wait(epoll_fd, &event, 1, -1) < 1)
            continue;
        if (event.data.ptr) {
            serve(event.data.ptr);
            continue;
        }
        struct client *c = calloc(1, sizeof *c);
        c->in = malloc(4 + longest);
        c->fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK);
        event = (struct epoll_event){.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = c};
        if (c->fd == -1 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event) == -1)
            forget(c);
    }
}
