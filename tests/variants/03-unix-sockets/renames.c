/* renames.c - binds a name of its own and moves the file to its place when it listens, so that no
 * client finds a name without a server. It holds a lock meanwhile, on another file. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un address(const char *path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof addr.sun_path)
        die_plain("%s: a path of 107 bytes at most", path);
    memcpy(addr.sun_path, path, strlen(path));
    return addr;
}

static void refuse_if_taken(const char *path)
{
    struct sockaddr_un addr = address(path);
    struct stat file;
    if (lstat(path, &file) == -1)
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (!S_ISSOCK(file.st_mode) || connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0 ||
        errno != ECONNREFUSED)
        die_plain("%s is taken", path);
    close(fd);
}

static int open_listener(const char *path)
{
    char other[80], lock[200];
    address(path); /* refuses a path that is too long */
    snprintf(lock, sizeof lock, "%s.lock", path);
    int lock_fd = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (lock_fd == -1 || flock(lock_fd, LOCK_EX) == -1)
        die("%s", lock);
    refuse_if_taken(path);

    /* A short name for a folder with a long one: that of its descriptor. */
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int folder_fd = open(folder, O_PATH | O_DIRECTORY);
    snprintf(other, sizeof other, "/proc/self/fd/%d/.%d", folder_fd, (int)getpid());
    struct sockaddr_un addr = address(other);
    int listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    umask(0177);
    if (bind(listen_fd, (struct sockaddr *)&addr, sizeof addr) == -1 ||
        listen(listen_fd, 20) == -1 || rename(other, path) == -1)
        die("%s", path);
    free(folder);
    close(folder_fd);
    close(lock_fd); /* which unlocks it */
    return listen_fd;
}

static void serve(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
    char answer[64], data[64];
    int len = sprintf(answer, "pid=%d uid=%u gid=%u\n", peer.pid, peer.uid, peer.gid);
    for (ssize_t n; (n = recv_some(fd, data, sizeof data)) > 0;)
        for (ssize_t i = 0; i < n; i++)
            if (data[i] == '\n' && send_all(fd, answer, (size_t)len) == -1)
                return;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *path = "whoami.sock";
    while (next_option(argc, argv, "s:", "usage: server [-s PATH]") != -1)
        path = optarg;
    if (stop_on_signals() == -1)
        die("sigaction");
    int listen_fd = open_listener(path);
    for (int conn_fd; (conn_fd = accept_client(listen_fd, NULL)) != -1; close(conn_fd))
        serve(conn_fd);
    unlink(path);
    return EXIT_SUCCESS;
}
