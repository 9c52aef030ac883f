/* selects.c - a pool of four processes that share the listening socket;
 * each waits with select for a client or for its bytes, and never for
 * one longer than for another. Sockets block only while they send. */
#include "diag.h"
#include "net.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORKERS = 4 };

static struct frame {
    unsigned char *bytes;
    size_t have;
} frames[FD_SETSIZE];
static size_t longest = 1024;

static bool send_frame(int fd, const unsigned char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n == -1)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

/* One recv, and an answer if that completes the
 * message. Returns false at the end of the connection. */
static bool serve(int fd)
{
    struct frame *f = &frames[fd];
    size_t len = 0, want = 4;
    for (int i = 0; f->have >= 4 && i < 4; i++)
        len = len << 8 | f->bytes[i];
    want += len;
    ssize_t n = recv(fd, f->bytes + f->have, want - f->have, 0);
    if (n <= 0)
        return false;
    f->have += (size_t)n;
    if (f->have < 4)
        return true;
    for (int i = 0; i < 4; i++)
        len = (i == 0 ? 0 : len << 8) | f->bytes[i];
    if (len > longest)
        return false;
    if (f->have < 4 + len)
        return true;
    for (size_t i = 0; i < len / 2; i++) {
        unsigned char *low = f->bytes + 4 + i, *high = f->bytes + 4 + len - 1 - i, byte = *low;
        *low = *high;
        *high = byte;
    }
    f->have = 0;
    return send_frame(fd, f->bytes, 4 + len);
}

static void accept_one(int listen_fd, fd_set *watched)
{
    int fd = accept(listen_fd, NULL, NULL); /* another worker may have been faster: EAGAIN */
    if (fd == -1)
        return;
    if (fd >= FD_SETSIZE) {
        close(fd);
        return;
    }
    frames[fd] = (struct frame){.bytes = malloc(4 + longest)};
    if (!frames[fd].bytes)
        die("malloc");
    FD_SET(fd, watched);
}

_Noreturn static void work(int listen_fd)
{
    fd_set watched;
    FD_ZERO(&watched);
    FD_SET(listen_fd, &watched);
    for (;;) {
        fd_set ready = watched;
        if (select(FD_SETSIZE, &ready, NULL, NULL, NULL) == -1)
            continue;
        for (int fd = 0; fd < FD_SETSIZE; fd++)
            if (fd != listen_fd && FD_ISSET(fd, &ready) && !serve(fd)) {
                FD_CLR(fd, &watched);
                free(frames[fd].bytes);
                close(fd);
            }
        if (FD_ISSET(listen_fd, &ready))
            accept_one(listen_fd, &watched);
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
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen");
    fcntl(listen_fd, F_SETFL, O_NONBLOCK); /* of all workers that wait, one gets the client */
    for (int i = 1; i < WORKERS; i++)
        if (fork() == 0)
            break;
    work(listen_fd);
}
