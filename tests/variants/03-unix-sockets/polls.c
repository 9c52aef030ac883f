/* polls.c - one process serves all clients at once by ppoll, without ever waiting for one: it
 * counts the answers that it owes to each. No helper of common/, and options read by hand. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { ROOM = 1000 };

static struct client {
    char answer[64];
    size_t len, sent; /* `sent` bytes of the next answer have gone */
    size_t owed;      /* answers, the next one among them */
    bool ended;       /* its stream has */
} clients[ROOM];
static struct pollfd fds[ROOM] = {{.events = POLLIN}}; /* the first one listens */
static nfds_t count = 1;
static volatile sig_atomic_t asked_to_end;

static void ask(int number)
{
    asked_to_end = number;
}

static void fail(const char *text)
{
    fprintf(stderr, "server: %s: %s\n", text, strerror(errno));
    exit(1);
}

static void welcome(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
    struct client *c = &clients[count];
    memset(c, 0, sizeof *c);
    c->len = (size_t)sprintf(c->answer, "pid=%d uid=%u gid=%u\n", peer.pid, peer.uid, peer.gid);
    fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

/* Returns false if the client has gone. */
static bool serve(struct client *c, struct pollfd *p)
{
    char data[300];
    while (c->owed > 0) {
        ssize_t n = send(p->fd, c->answer + c->sent, c->len - c->sent, MSG_NOSIGNAL);
        if (n == -1)
            return errno == EAGAIN;
        c->sent += (size_t)n;
        if (c->sent == c->len) {
            c->sent = 0;
            c->owed--;
        }
    }
    ssize_t n = recv(p->fd, data, sizeof data, 0);
    if (n == -1)
        return errno == EAGAIN;
    c->ended = n == 0;
    for (ssize_t i = 0; i < n; i++)
        c->owed += data[i] == '\n';
    return !c->ended;
}

static bool stale(const struct sockaddr_un *addr)
{
    struct stat file;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int error = connect(fd, (const struct sockaddr *)addr, sizeof *addr) == 0 ? 0 : errno;
    close(fd);
    return error == ECONNREFUSED && lstat(addr->sun_path, &file) == 0 && S_ISSOCK(file.st_mode);
}

int main(int argc, char *argv[])
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX, .sun_path = "whoami.sock"};
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-s", 2) != 0 || (argv[i][2] == '\0' && i + 1 == argc))
            return fputs("usage: server [-s PATH]\n", stderr), 2;
        const char *path = argv[i][2] != '\0' ? argv[i] + 2 : argv[++i];
        if (strlen(path) > 107)
            return fprintf(stderr, "server: %s is too long\n", path), 1;
        strcpy(addr.sun_path, path);
    }
    int listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    mode_t old = umask(0177);
    int result = bind(listen_fd, (struct sockaddr *)&addr, sizeof addr);
    if (result == -1 && errno == EADDRINUSE && stale(&addr) && unlink(addr.sun_path) == 0)
        result = bind(listen_fd, (struct sockaddr *)&addr, sizeof addr);
    else if (result == -1)
        errno = EADDRINUSE;
    umask(old);
    if (result == -1 || listen(listen_fd, 100) == -1)
        fail(addr.sun_path);
    fds[0].fd = listen_fd;

    /* The signals come only while ppoll waits, so none comes between a look and the wait. */
    sigset_t blocked, none;
    sigemptyset(&none);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigaddset(&blocked, SIGINT);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGTERM, ask);
    signal(SIGINT, ask);
    while (!asked_to_end) {
        fds[0].events = count < ROOM ? POLLIN : 0;
        for (nfds_t i = 1; i < count; i++)
            fds[i].events = clients[i].owed > 0 ? POLLOUT : POLLIN;
        if (ppoll(fds, count, NULL, &none) == -1)
            continue;
        for (nfds_t i = count - 1; i > 0; i--)
            if (fds[i].revents && !serve(&clients[i], &fds[i])) {
                close(fds[i].fd);
                fds[i] = fds[--count];
                clients[i] = clients[count];
            }
        int fd = fds[0].revents ? accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK) : -1;
        if (fd != -1)
            welcome(fd);
    }
    unlink(addr.sun_path);
    return 0;
}
