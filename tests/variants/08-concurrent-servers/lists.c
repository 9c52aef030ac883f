/* lists.c - a right program: what is waiting for a
 * member is a list of texts, and each text is one send. */
#include "chat.h"

struct text {
    struct text *next;
    size_t len, sent;
    char data[];
};

/* The first and the last text of each member, by its
 * descriptor. out_len is how many bytes are waiting in all. */
static struct text *first[MEMBERS_MOST + 8], *last[MEMBERS_MOST + 8];

static void send_texts(struct member *m)
{
    struct text *text;
    while (!m->gone && (text = first[m->fd])) {
        ssize_t n = send(m->fd, text->data + text->sent, text->len - text->sent, AT_ONCE);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1) {
            m->gone = errno != EAGAIN;
            return;
        }
        text->sent += (size_t)n;
        m->out_len -= (size_t)n;
        if (text->sent < text->len)
            continue;
        first[m->fd] = text->next;
        free(text);
    }
}

static void forget_texts(int fd)
{
    for (struct text *text = first[fd]; text; text = first[fd]) {
        first[fd] = text->next;
        free(text);
    }
}

static void append(struct member *m, const char *data, size_t len)
{
    struct text *text = malloc(sizeof *text + len);
    if (m->out_len + len > WAITING_MOST)
        send_texts(m);
    if (!text || m->out_len + len > WAITING_MOST) {
        m->gone = true;
        free(text);
        return;
    }
    *text = (struct text){.len = len};
    memcpy(text->data, data, len);
    if (first[m->fd])
        last[m->fd]->next = text;
    else
        first[m->fd] = text;
    last[m->fd] = text;
    m->out_len += len;
}

int main(int argc, char *argv[])
{
    static struct pollfd watch[MEMBERS_MOST + 1];
    int listen_fd = open_chat(argc, argv);
    tell = append;
    for (;;) {
        wait_for_any(listen_fd, watch);
        for (size_t i = 0; i < count; i++)
            if (watch[i + 1].revents & ~POLLOUT)
                read_member(members[i]);
        for (size_t i = 0; i < count; i++)
            send_texts(members[i]);
        for (size_t i = 0; i < count; i++)
            if (members[i]->gone)
                forget_texts(members[i]->fd);
        remove_gone();
        for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;) {
            forget_texts(fd); /* of one who went while the others were told */
            add_member(fd);
        }
    }
}
