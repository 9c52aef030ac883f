/* byte-by-byte.c - a right program: it reads one byte a call,
 * until there is none, and takes each line when its newline comes. */
#include "chat.h"

static void read_bytes(struct member *m)
{
    char byte;
    for (int i = 0; i < 20000 && !m->gone; i++) { /* others want to be read, too */
        ssize_t n = recv(m->fd, &byte, 1, MSG_DONTWAIT);
        if (n == -1 && errno == EAGAIN)
            return;
        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0 || (byte != '\n' && m->in_len == LINE_MOST))
            m->gone = true;
        else if (byte != '\n')
            m->in[m->in_len++] = byte;
        else {
            take_line(m, m->in, m->in_len);
            m->in_len = 0;
        }
    }
}

int main(int argc, char *argv[])
{
    chat(open_chat(argc, argv), read_bytes);
}
