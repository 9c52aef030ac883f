/* server.c - a model solution: the chat, by one loop around poll. */
#include "diag.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NAME_MOST = 20, LINE_MOST = 1000, WAITING_MOST = 65536 };

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "A chat: each line of a member goes to all others.\n\n"
                           "  -p PORT  the port to bind on 127.0.0.1 (5008)";

struct member {
    char name[NAME_MOST + 1]; /* "" as long as it has none */
    char in[LINE_MOST + 1];   /* a line that is not complete yet; there is room for its newline */
    size_t in_len;
    char *out; /* what it has not taken yet */
    size_t out_len, out_room;
    bool gone; /* it is going to be removed, after all others have been looked at */
};

/* members[i] belongs to watch[i + 1]; watch[0] is the listener. */
static struct pollfd *watch;
static struct member **members;
static size_t count, room;

static void send_waiting(size_t i)
{
    struct member *m = members[i];
    if (m->out_len == 0 || m->gone)
        return;
    ssize_t n = send(watch[i + 1].fd, m->out, m->out_len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n == -1 && errno != EAGAIN && errno != EINTR)
        m->gone = true;
    if (n <= 0)
        return;
    m->out_len -= (size_t)n;
    memmove(m->out, m->out + n, m->out_len);
}

/* Puts it behind what is waiting for this member. It is sent when all members have been read. */
static void tell(size_t i, const char *data, size_t len)
{
    struct member *m = members[i];
    if (m->out_len + len > WAITING_MOST)
        send_waiting(i);
    if (m->out_len + len > WAITING_MOST)
        m->gone = true;
    if (m->gone)
        return;
    if (m->out_len + len > m->out_room) {
        m->out_room = 2 * (m->out_len + len);
        m->out = realloc(m->out, m->out_room);
        if (!m->out)
            die("realloc");
    }
    memcpy(m->out + m->out_len, data, len);
    m->out_len += len;
}

/* Tells it to all that have a name; but not to `except`. */
static void tell_all(const char *data, size_t len, const struct member *except)
{
    for (size_t i = 0; i < count; i++)
        if (members[i]->name[0] && members[i] != except)
            tell(i, data, len);
}

static void announce(const struct member *m, const char *what)
{
    char line[NAME_MOST + 10];
    const char *end = stpcpy(stpcpy(line, m->name), what);
    tell_all(line, (size_t)(end - line), NULL);
}

static bool good_name(const char *name, size_t len)
{
    if (len < 1 || len > NAME_MOST)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z') ||
              (name[i] >= '0' && name[i] <= '9')))
            return false;
    for (size_t i = 0; i < count; i++)
        if (strlen(members[i]->name) == len && memcmp(members[i]->name, name, len) == 0)
            return false;
    return true;
}

/* A line without its newline; there is room for that behind it. */
static void take_line(size_t i, const char *line, size_t len)
{
    struct member *m = members[i];
    char text[NAME_MOST + 2 + LINE_MOST + 1];
    size_t name = strlen(m->name);
    if (name > 0) {
        stpcpy(stpcpy(text, m->name), ": ");
        memcpy(text + name + 2, line, len);
        text[name + 2 + len] = '\n';
        tell_all(text, name + len + 3, m);
    } else if (good_name(line, len)) {
        memcpy(m->name, line, len);
        announce(m, " joined\n");
    } else {
        send(watch[i + 1].fd, "refused\n", 8, MSG_DONTWAIT | MSG_NOSIGNAL);
        m->gone = true;
    }
}

static void read_member(size_t i)
{
    struct member *m = members[i];
    ssize_t n = recv(watch[i + 1].fd, m->in + m->in_len, sizeof m->in - m->in_len, MSG_DONTWAIT);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        m->gone = true;
        return;
    }
    m->in_len += (size_t)n;
    char *line = m->in, *end, *newline;
    for (end = m->in + m->in_len; !m->gone; line = newline + 1) {
        newline = memchr(line, '\n', (size_t)(end - line));
        if (!newline)
            break;
        take_line(i, line, (size_t)(newline - line));
    }
    m->in_len = (size_t)(end - line);
    memmove(m->in, line, m->in_len);
    if (m->in_len > LINE_MOST)
        m->gone = true;
}

/* To tell that one has left may be too much for another one, so this begins again after each. */
static void remove_gone(void)
{
    for (size_t i = 0; i < count;) {
        struct member *m = members[i];
        if (!m->gone) {
            i++;
            continue;
        }
        close(watch[i + 1].fd);
        count--;
        members[i] = members[count];
        watch[i + 1] = watch[count + 1];
        if (m->name[0])
            announce(m, " left\n");
        free(m->out);
        free(m);
        i = 0;
    }
}

static void add_member(int conn_fd)
{
    if (count == room) {
        room = room ? 2 * room : 16;
        watch = realloc(watch, (room + 1) * sizeof *watch);
        members = realloc(members, room * sizeof(struct member *));
    }
    struct member *m = calloc(1, sizeof *m);
    if (!watch || !members || !m)
        die("malloc");
    watch[count + 1] = (struct pollfd){.fd = conn_fd, .events = POLLIN};
    members[count++] = m;
}

static void serve_all(int listen_fd)
{
    bool full = false; /* no descriptor is left: do not look at the listener for a moment */
    watch = malloc(sizeof *watch);
    if (!watch)
        die("malloc");
    for (;;) {
        watch[0] = (struct pollfd){.fd = full ? -1 : listen_fd, .events = POLLIN};
        for (size_t i = 0; i < count; i++)
            watch[i + 1].events = members[i]->out_len > 0 ? POLLIN | POLLOUT : POLLIN;
        if (poll(watch, count + 1, full ? 1000 : -1) == -1 && errno != EINTR)
            die("poll");
        for (size_t i = 0; i < count; i++)
            if (watch[i + 1].revents & ~POLLOUT)
                read_member(i);
        for (size_t i = 0; i < count; i++)
            send_waiting(i);
        remove_gone();
        for (int conn_fd; (conn_fd = accept_client(listen_fd, NULL)) != -1;)
            add_member(conn_fd);
        full = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5008;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    fcntl(listen_fd, F_SETFL, O_NONBLOCK); /* else accept may wait, and with it everybody */
    serve_all(listen_fd);
}
