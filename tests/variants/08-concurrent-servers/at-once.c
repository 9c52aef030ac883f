/* at-once.c - a right program: it sends at once, and puts aside only what is not taken. */
#include "chat.h"

static void send_or_keep(struct member *m, const char *data, size_t len)
{
    if (m->out_len == 0) {
        ssize_t n = send(m->fd, data, len, AT_ONCE);
        if (n == -1 && errno != EAGAIN && errno != EINTR) {
            m->gone = true;
            return;
        }
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    if (len > 0)
        put_aside(m, data, len);
}

int main(int argc, char *argv[])
{
    static struct pollfd watch[MEMBERS_MOST + 1];
    int listen_fd = open_chat(argc, argv);
    tell = send_or_keep;
    for (;;) {
        wait_for_any(listen_fd, watch);
        for (size_t i = 0, before = count; i < before; i++) {
            if (watch[i + 1].revents & POLLOUT)
                send_waiting(members[i]);
            if (watch[i + 1].revents & ~POLLOUT)
                read_member(members[i]);
        }
        remove_gone();
        if (watch[0].revents)
            accept_all(listen_fd);
    }
}
