/* threads.c - a thread for each client, and one that waits for the signals (sigwait). */
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char *path = "whoami.sock";

static void *wait_for_the_end(void *signals)
{
    int number;
    sigwait(signals, &number);
    unlink(path);
    exit(EXIT_SUCCESS);
}

static void *serve(void *argument)
{
    int fd = (int)(long)argument;
    struct ucred peer;
    char answer[80], data[512];
    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &(socklen_t){sizeof peer});
    int len = sprintf(answer, "pid=%d uid=%u gid=%u\n", peer.pid, peer.uid, peer.gid);
    for (ssize_t n; (n = recv(fd, data, sizeof data, 0)) > 0;)
        for (ssize_t i = 0; i < n; i++)
            if (data[i] == '\n' && send_all(fd, answer, (size_t)len) == -1)
                n = i; /* it has gone, and recv is going to say so */
    close(fd);
    return NULL;
}

static bool nobody_listens(const struct sockaddr_un *addr)
{
    struct stat file;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    bool refused =
        connect(fd, (const struct sockaddr *)addr, sizeof *addr) == -1 && errno == ECONNREFUSED;
    close(fd);
    return refused && lstat(path, &file) == 0 && (file.st_mode & S_IFMT) == S_IFSOCK;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    while (next_option(argc, argv, "s:", "usage: server [-s PATH]") != -1)
        path = optarg;
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    if (snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path) >= (int)sizeof addr.sun_path)
        die_plain("a path of 107 bytes at most");
    sigset_t signals; /* blocked in all threads, so that only sigwait gets them */
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);

    int listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    umask(S_IXUSR | S_IRWXG | S_IRWXO);
    while (bind(listen_fd, (struct sockaddr *)&addr, sizeof addr) == -1)
        if (errno != EADDRINUSE || !nobody_listens(&addr) || unlink(path) == -1)
            die_plain("cannot serve at %s: it is taken", path);
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen");

    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_the_end, &signals);
    for (int fd; (fd = accept(listen_fd, NULL, NULL)) != -1;) {
        if (pthread_create(&thread, NULL, serve, (void *)(long)fd) == 0)
            pthread_detach(thread);
        else
            close(fd);
    }
    die("accept");
}
