/* rings.c - a right program: what is waiting stands in a
 * ring of fixed size, and is sent by sendmsg in two parts. */
#include "chat.h"

#include <sys/uio.h>

/* In `out`, WAITING_MOST bytes; out_room is where the first one stands. */
static void send_ring(struct member *m)
{
    size_t first = WAITING_MOST - m->out_room;
    if (m->out_len == 0 || m->gone)
        return;
    if (first > m->out_len)
        first = m->out_len;
    struct iovec parts[2] = {{m->out + m->out_room, first}, {m->out, m->out_len - first}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t n = sendmsg(m->fd, &message, AT_ONCE);
    if (n == -1 && errno != EAGAIN && errno != EINTR)
        m->gone = true;
    if (n <= 0)
        return;
    m->out_len -= (size_t)n;
    m->out_room = (m->out_room + (size_t)n) % WAITING_MOST;
}

static void put_into_ring(struct member *m, const char *data, size_t len)
{
    if (!m->out && !(m->out = malloc(WAITING_MOST)))
        die("malloc");
    if (m->out_len + len > WAITING_MOST)
        send_ring(m);
    if (m->out_len + len > WAITING_MOST) {
        m->gone = true;
        return;
    }
    for (size_t i = 0; i < len; i++)
        m->out[(m->out_room + m->out_len++) % WAITING_MOST] = data[i];
}

int main(int argc, char *argv[])
{
    static struct pollfd watch[MEMBERS_MOST + 1];
    int listen_fd = open_chat(argc, argv);
    tell = put_into_ring;
    for (;;) {
        wait_for_any(listen_fd, watch);
        for (size_t i = 0; i < count; i++)
            if (watch[i + 1].revents & ~POLLOUT)
                read_member(members[i]);
        for (size_t i = 0; i < count; i++)
            send_ring(members[i]);
        remove_gone();
        accept_all(listen_fd);
    }
}
