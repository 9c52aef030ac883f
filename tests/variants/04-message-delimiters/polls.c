/* polls.c - one process serves all clients at once by poll, with non-blocking sockets: each client
 * has a message that is being read, or an answer that is being sent, and `done` bytes of it. */
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 500 };

static struct client {
    unsigned char header[4], *body;
    size_t len, done; /* of header and body together */
    bool sending;
} clients[ROOM];
static struct pollfd fds[ROOM]; /* the first one listens */
static nfds_t count = 1;
static size_t longest = 1024;

/* The part of the frame that is next: the rest of the header, or the rest of the body. */
static size_t rest(struct client *c, unsigned char **at)
{
    if (c->done < 4) {
        *at = c->header + c->done;
        return 4 - c->done;
    }
    *at = c->body + c->done - 4;
    return c->len - (c->done - 4);
}

/* The header is complete. Returns false if the message is too long. */
static bool take_length(struct client *c)
{
    c->len = 0;
    for (int i = 0; i < 4; i++)
        c->len = c->len << 8 | c->header[i];
    if (c->len > longest)
        return false;
    c->body = realloc(c->body, c->len + 1);
    return c->body != NULL;
}

static void turn_round(struct client *c)
{
    for (size_t i = 0; i < c->len / 2; i++) {
        unsigned char byte = c->body[i];
        c->body[i] = c->body[c->len - 1 - i];
        c->body[c->len - 1 - i] = byte;
    }
    c->sending = true;
    c->done = 0;
}

/* Goes on as far as the socket lets it. Returns false if the connection is over. */
static bool go_on(int fd, struct client *c)
{
    for (;;) {
        unsigned char *at;
        size_t want = rest(c, &at);
        ssize_t n = c->sending ? send(fd, at, want, MSG_NOSIGNAL) : recv(fd, at, want, 0);
        if (n == -1)
            return errno == EAGAIN;
        if (n == 0)
            return false;
        c->done += (size_t)n;
        if (!c->sending && c->done == 4 && !take_length(c))
            return false;
        if (c->done < 4 || c->done < 4 + c->len)
            continue;
        if (c->sending) {
            c->sending = false;
            c->done = 0;
        } else {
            turn_round(c);
        }
    }
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
    fds[0].fd = tcp_listen(&where);
    if (fds[0].fd == -1)
        die("listen");
    for (;;) {
        fds[0].events = count < ROOM ? POLLIN : 0;
        for (nfds_t i = 1; i < count; i++)
            fds[i].events = clients[i].sending ? POLLOUT : POLLIN;
        if (poll(fds, count, -1) == -1)
            die("poll");
        for (nfds_t i = count - 1; i > 0; i--)
            if (fds[i].revents && !go_on(fds[i].fd, &clients[i])) {
                close(fds[i].fd);
                free(clients[i].body);
                fds[i] = fds[--count];
                clients[i] = clients[count];
            }
        int fd = fds[0].revents ? accept4(fds[0].fd, NULL, NULL, SOCK_NONBLOCK) : -1;
        if (fd != -1) {
            clients[count] = (struct client){.len = 0};
            fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
        }
    }
}
