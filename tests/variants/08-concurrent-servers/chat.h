/* chat.h - what these chats share: the rules. Each is of
 * another shape in one part, and has that part itself. */
#ifndef CHAT_H
#define CHAT_H

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

enum { NAME_MOST = 20, LINE_MOST = 1000, WAITING_MOST = 65536, MEMBERS_MOST = 1020 };
enum { AT_ONCE = MSG_DONTWAIT | MSG_NOSIGNAL };

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "A chat: each line of a member goes to all others.\n\n"
                           "  -p PORT  the port to bind on 127.0.0.1 (5008)";

struct member {
    int fd;
    bool gone;
    char name[NAME_MOST + 1];
    char in[LINE_MOST + 1];
    size_t in_len;
    char *out;
    size_t out_len, out_room;
};

static struct member *members[MEMBERS_MOST];
static size_t count;

static inline int open_chat(int argc, char *argv[])
{
    char text[ENDPOINT_TEXT_MAX];
    long port = 5008;
    diag_init("server");
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    say("listening on %s", local_endpoint(listen_fd, text));
    fcntl(listen_fd, F_SETFL, O_NONBLOCK);
    return listen_fd;
}

/* Sends what is waiting, as far as it goes. */
static inline void send_waiting(struct member *m)
{
    if (m->out_len == 0 || m->gone)
        return;
    ssize_t n = send(m->fd, m->out, m->out_len, AT_ONCE);
    if (n == -1 && errno != EAGAIN && errno != EINTR)
        m->gone = true;
    if (n <= 0)
        return;
    m->out_len -= (size_t)n;
    memmove(m->out, m->out + n, m->out_len);
}

static inline void put_aside(struct member *m, const char *data, size_t len)
{
    if (m->out_len + len > WAITING_MOST)
        send_waiting(m);
    if (m->gone || m->out_len + len > WAITING_MOST) {
        m->gone = true;
        return;
    }
    if (m->out_len + len > m->out_room) {
        m->out_room = 2 * (m->out_len + len);
        if (!(m->out = realloc(m->out, m->out_room)))
            die("realloc");
    }
    memcpy(m->out + m->out_len, data, len);
    m->out_len += len;
}

/* How a member is told something. */
static void (*tell)(struct member *m, const char *data, size_t len) = put_aside;

static inline void tell_all(const char *data, size_t len, const struct member *except)
{
    for (size_t i = 0; i < count; i++)
        if (members[i]->name[0] && members[i] != except && !members[i]->gone)
            tell(members[i], data, len);
}

static inline void announce(const struct member *m, const char *what)
{
    char line[NAME_MOST + 10];
    size_t name = strlen(m->name), len = strlen(what);
    memcpy(line, m->name, name);
    memcpy(line + name, what, len);
    tell_all(line, name + len, NULL);
}

static inline bool good_name(const char *name, size_t len)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    if (len < 1 || len > NAME_MOST)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!memchr(good, name[i], sizeof good - 1))
            return false;
    for (size_t i = 0; i < count; i++)
        if (strlen(members[i]->name) == len && memcmp(members[i]->name, name, len) == 0)
            return false;
    return true;
}

/* A line without its newline. */
static inline void take_line(struct member *m, const char *line, size_t len)
{
    char text[NAME_MOST + 2 + LINE_MOST + 1];
    size_t name = strlen(m->name);
    if (name > 0) {
        memcpy(text, m->name, name);
        memcpy(text + name, ": ", 2);
        memcpy(text + name + 2, line, len);
        text[name + 2 + len] = '\n';
        tell_all(text, name + len + 3, m);
    } else if (good_name(line, len)) {
        memcpy(m->name, line, len);
        announce(m, " joined\n");
    } else {
        send(m->fd, "refused\n", 8, AT_ONCE);
        m->gone = true;
    }
}

/* Takes the lines of what has come, and marks who sends too much without one. */
static inline void take_lines(struct member *m)
{
    char *line = m->in, *newline;
    size_t left = m->in_len;
    while (!m->gone && (newline = memchr(line, '\n', left))) {
        take_line(m, line, (size_t)(newline - line));
        left -= (size_t)(newline + 1 - line);
        line = newline + 1;
    }
    memmove(m->in, line, left);
    m->in_len = left;
    m->gone |= left > LINE_MOST;
}

/* Reads once, behind what is there. Returns false if there is nothing, or never will be. */
static inline bool receive(struct member *m)
{
    if (m->gone)
        return false;
    ssize_t n = recv(m->fd, m->in + m->in_len, sizeof m->in - m->in_len, MSG_DONTWAIT);
    if (n == -1 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (n <= 0) {
        m->gone = true;
        return false;
    }
    m->in_len += (size_t)n;
    return true;
}

/* The same, and takes the lines that are complete then. */
static inline bool read_member(struct member *m)
{
    if (!receive(m))
        return false;
    take_lines(m);
    return true;
}

/* To tell that one has left may be too much for another one, so this begins again after each. */
static inline void remove_gone(void)
{
    for (size_t i = 0; i < count;) {
        struct member *m = members[i];
        if (!m->gone) {
            i++;
            continue;
        }
        members[i] = members[--count];
        close(m->fd);
        if (m->name[0])
            announce(m, " left\n");
        free(m->out);
        free(m);
        i = 0;
    }
}

static inline struct member *add_member(int fd)
{
    struct member *m = calloc(1, sizeof *m);
    if (!m || count == MEMBERS_MOST) {
        free(m);
        close(fd);
        return NULL;
    }
    m->fd = fd;
    members[count++] = m;
    return m;
}

/* Accepts all who are in the queue. */
static inline void accept_all(int listen_fd)
{
    for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;)
        add_member(fd);
}

/* One turn of a loop around poll, with a list that is made anew each time. */
static inline void wait_for_any(int listen_fd, struct pollfd watch[static MEMBERS_MOST + 1])
{
    watch[0] = (struct pollfd){.fd = listen_fd, .events = POLLIN};
    for (size_t i = 0; i < count; i++)
        watch[i + 1] = (struct pollfd){
            .fd = members[i]->fd, .events = members[i]->out_len > 0 ? POLLIN | POLLOUT : POLLIN};
    poll(watch, count + 1, -1);
}

/* A loop of such turns, for a chat that is of another shape only in how it reads. */
static inline void chat(int listen_fd, void (*read_one)(struct member *m))
{
    static struct pollfd watch[MEMBERS_MOST + 1];
    for (;;) {
        wait_for_any(listen_fd, watch);
        for (size_t i = 0; i < count; i++)
            if (watch[i + 1].revents & ~POLLOUT)
                read_one(members[i]);
        for (size_t i = 0; i < count; i++)
            send_waiting(members[i]);
        remove_gone();
        accept_all(listen_fd);
    }
}

#endif
