/* server.c - a model solution: the whoami server. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-s PATH]\n"
                           "Answers each line of a client with that client's pid, uid and gid.";

/* Only a socket file can be stale, and only ECONNREFUSED says that nobody listens there: a server
 * that is busy gives EAGAIN, one of another type EPROTOTYPE, one that is not for us EACCES. */
static bool is_stale(const struct sockaddr_un *addr)
{
    struct stat file;
    if (lstat(addr->sun_path, &file) == -1 || !S_ISSOCK(file.st_mode))
        return false;
    int probe_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (probe_fd == -1)
        die("socket");
    int result = connect(probe_fd, (const struct sockaddr *)addr, sizeof *addr);
    bool stale = result == -1 && errno == ECONNREFUSED;
    close(probe_fd);
    return stale;
}

static int open_listener(const char *path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof addr.sun_path)
        die_plain("%s: %zu bytes, but a socket's path has 107 at most", path, strlen(path));
    memcpy(addr.sun_path, path, strlen(path));

    int listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    umask(0177); /* the file has mode 0600 from its first moment */
    int result = bind(listen_fd, (const struct sockaddr *)&addr, sizeof addr);
    if (result == -1 && errno == EADDRINUSE) {
        if (is_stale(&addr))
            unlink(path);
        result = bind(listen_fd, (const struct sockaddr *)&addr, sizeof addr);
    }
    if (result == -1)
        die("bind %s", path);
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen %s", path);
    return listen_fd;
}

static int serve_client(int conn_fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(conn_fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
        return -1;
    char answer[100], data[1000];
    int answer_len =
        snprintf(answer, sizeof answer, "pid=%d uid=%u gid=%u\n", peer.pid, peer.uid, peer.gid);
    ssize_t n;
    while ((n = recv_some(conn_fd, data, sizeof data)) > 0)
        for (ssize_t i = 0; i < n; i++)
            if (data[i] == '\n' && send_all(conn_fd, answer, (size_t)answer_len) == -1)
                return -1;
    return (int)n;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *path = "whoami.sock";
    while (next_option(argc, argv, "s:", help) != -1)
        path = optarg;
    if (stop_on_signals() == -1)
        die("sigaction");
    int listen_fd = open_listener(path);
    say("listening on %s", path);
    int conn_fd;
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        if (serve_client(conn_fd) == -1)
            say("lost a client: %s", errno_name(errno));
        close(conn_fd);
    }
    if (errno != EINTR)
        die("accept");
    close(listen_fd);
    unlink(path);
    return EXIT_SUCCESS;
}
