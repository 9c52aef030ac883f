/* stdio.c - reads with getline and writes with fprintf, on two streams over one connection. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void serve(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    if (!in || !out || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == -1)
        die("a stream for a client");
    /* A last line without a newline is a piece; getline returns it too. */
    while ((len = getline(&line, &room, in)) > 0 && line[len - 1] == '\n') {
        fprintf(out, "pid=%d uid=%u gid=%u\n", peer.pid, peer.uid, peer.gid);
        if (fflush(out) == EOF)
            break;
    }
    free(line);
    fclose(out);
    fclose(in);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *path = "whoami.sock";
    while (next_option(argc, argv, "s:", "usage: server [-s PATH]") != -1)
        path = optarg;
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (strlen(path) > 107)
        die_usage("the path may have 107 bytes");
    strcpy(addr.sun_path, path);
    socklen_t len = (socklen_t)SUN_LEN(&addr);
    signal(SIGPIPE, SIG_IGN);
    if (stop_on_signals() == -1)
        die("sigaction");

    struct stat file;
    if (lstat(path, &file) == 0) {
        int probe_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (!S_ISSOCK(file.st_mode))
            die_plain("%s is no socket", path);
        if (connect(probe_fd, (struct sockaddr *)&addr, len) == 0 || errno != ECONNREFUSED)
            die_plain("%s is in use", path);
        close(probe_fd);
        remove(path);
    }
    int conn_fd, listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    umask(0777 & ~0600);
    if (bind(listen_fd, (struct sockaddr *)&addr, len) == -1 || listen(listen_fd, 5) == -1)
        die("%s", path);
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1)
        serve(conn_fd);
    unlink(path);
    return errno == EINTR ? EXIT_SUCCESS : EXIT_FAILURE;
}
