/* nonblocking.c - a right program: the sockets are non-blocking, it ignores SIGPIPE,
 * uses read and write, and says itself how much the kernel may keep for each client. */
#include "chat.h"

#include <signal.h>

static void write_waiting(struct member *m)
{
    while (m->out_len > 0 && !m->gone) {
        ssize_t n = write(m->fd, m->out, m->out_len);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1) {
            m->gone = errno != EAGAIN;
            return;
        }
        m->out_len -= (size_t)n;
        memmove(m->out, m->out + n, m->out_len);
    }
}

static void read_ready(struct member *m)
{
    ssize_t n = read(m->fd, m->in + m->in_len, sizeof m->in - m->in_len);
    if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
        m->gone = true;
    if (n <= 0)
        return;
    m->in_len += (size_t)n;
    take_lines(m);
}

int main(int argc, char *argv[])
{
    static struct pollfd watch[MEMBERS_MOST + 1];
    int listen_fd = open_chat(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    setsockopt(listen_fd, SOL_SOCKET, SO_SNDBUF, &(int){16384}, sizeof(int)); /* inherited */
    for (;;) {
        wait_for_any(listen_fd, watch);
        for (size_t i = 0, before = count; i < before; i++) {
            if (watch[i + 1].revents & ~POLLOUT)
                read_ready(members[i]);
        }
        for (size_t i = 0; i < count; i++)
            write_waiting(members[i]);
        remove_gone();
        for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;) {
            fcntl(fd, F_SETFL, O_NONBLOCK);
            add_member(fd);
        }
    }
}
