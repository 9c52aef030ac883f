/* hasty.c - a right program: it refuses a name
 * as soon as it is too long, and waits for no newline. */
#include "chat.h"

static void read_hastily(struct member *m)
{
    ssize_t n = recv(m->fd, m->in + m->in_len, sizeof m->in - m->in_len, AT_ONCE);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        m->gone = true;
        return;
    }
    m->in_len += (size_t)n;
    if (m->name[0] || m->in_len <= NAME_MOST || memchr(m->in, '\n', NAME_MOST + 1))
        take_lines(m);
    else {
        send(m->fd, "refused\n", 8, AT_ONCE);
        m->gone = true;
    }
}

int main(int argc, char *argv[])
{
    static struct pollfd watch[MEMBERS_MOST + 1];
    int listen_fd = open_chat(argc, argv);
    for (;;) {
        wait_for_any(listen_fd, watch);
        for (size_t i = 0; i < count; i++)
            if (watch[i + 1].revents & ~POLLOUT)
                read_hastily(members[i]);
        for (size_t i = 0; i < count; i++)
            send_waiting(members[i]);
        remove_gone();
        accept_all(listen_fd);
    }
}
