/* relative.c - changes into the socket's folder and binds a relative path; reads byte by byte. */
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

static int serve(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == -1)
        return -1;
    char answer[64], byte;
    int len = sprintf(answer, "pid=%d uid=%u gid=%u\n", peer.pid, peer.uid, peer.gid);
    while (recv_some(fd, &byte, 1) == 1)
        if (byte == '\n' && send_all(fd, answer, (size_t)len) == -1)
            return -1;
    return 0;
}

static void enter_folder(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        return;
    *slash = '\0';
    if (chdir(slash == path ? "/" : path) == -1)
        die("%s", path);
    *slash = '/';
}

int main(int argc, char *argv[])
{
    diag_init("server");
    char *path = strdup("whoami.sock");
    while (next_option(argc, argv, "s:", "usage: server [-s PATH]") != -1)
        path = optarg;
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (strlen(path) > 107)
        die_plain("%s: more than 107 bytes", path);
    enter_folder(path);
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    strcpy(addr.sun_path, name);
    if (stop_on_signals() == -1)
        die("sigaction");

    int listen_fd = socket(AF_UNIX, SOCK_STREAM, 0), probe_fd;
    umask(0177);
    int taken = bind(listen_fd, (struct sockaddr *)&addr, sizeof addr);
    struct stat file;
    if (taken && lstat(name, &file) == 0 && S_ISSOCK(file.st_mode)) {
        probe_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (connect(probe_fd, (struct sockaddr *)&addr, sizeof addr) && errno == ECONNREFUSED)
            taken = unlink(name) || bind(listen_fd, (struct sockaddr *)&addr, sizeof addr);
        close(probe_fd);
    }
    if (taken || listen(listen_fd, 10) == -1)
        die_plain("cannot have the name %s", path);

    for (int conn_fd; (conn_fd = accept_client(listen_fd, NULL)) != -1; close(conn_fd))
        serve(conn_fd);
    return unlink(name) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
