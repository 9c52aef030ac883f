/* forks.c - a child for each client; it looks for a live server before it binds, not after. */
#include "diag.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char *path = "whoami.sock";

/* Only the parent handles the signals, and unlink and _exit are allowed in a handler. */
static void say_goodbye(int signal_number)
{
    (void)signal_number;
    unlink(path);
    _exit(EXIT_SUCCESS);
}

static void make_room(const struct sockaddr_un *addr)
{
    struct stat file;
    if (lstat(path, &file) == -1) {
        if (errno != ENOENT)
            die("%s", path);
        return;
    }
    if (!S_ISSOCK(file.st_mode))
        die_plain("%s is not a socket", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (connect(fd, (const struct sockaddr *)addr, sizeof *addr) == 0 || errno != ECONNREFUSED)
        die_plain("a server is alive at %s", path);
    close(fd);
    unlink(path);
}

static void serve(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
        return;
    char data[4096];
    ssize_t n;
    while ((n = read(fd, data, sizeof data)) > 0)
        for (const char *at = data; (at = memchr(at, '\n', (size_t)(data + n - at))); at++)
            if (dprintf(fd, "pid=%ld uid=%lu gid=%lu\n", (long)peer.pid, (unsigned long)peer.uid,
                        (unsigned long)peer.gid) < 0)
                return;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    while (next_option(argc, argv, "s:", "usage: server [-s PATH]") != -1)
        path = optarg;
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (strlen(path) > sizeof addr.sun_path - 1)
        die_plain("%s is too long", path);
    strcpy(addr.sun_path, path);
    make_room(&addr);
    int listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    umask(0177);
    if (bind(listen_fd, (struct sockaddr *)&addr, sizeof addr) == -1)
        die("bind %s", path);
    signal(SIGTERM, say_goodbye);
    signal(SIGINT, say_goodbye);
    signal(SIGCHLD, SIG_IGN); /* nobody waits for the children */
    if (listen(listen_fd, 50) == -1)
        die("listen");
    for (;;) {
        int fd = accept(listen_fd, NULL, NULL);
        if (fd == -1)
            continue;
        if (fork() == 0) {
            signal(SIGTERM, SIG_DFL);
            signal(SIGINT, SIG_DFL);
            serve(fd);
            _exit(EXIT_SUCCESS);
        }
        close(fd);
    }
}
