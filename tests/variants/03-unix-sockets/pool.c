/* pool.c - eight threads accept from one listening socket, with a buffer of a megabyte each, and
 * send the answers of a whole buffer at once by writev. The main thread waits for the signals. */
#include "diag.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum { WORKERS = 8, BUFFER = 1 << 20, AT_ONCE = 64 };

static int listen_fd;

/* Sends the answer `count` times. Returns false if the client has gone. */
static bool send_answers(int fd, char *answer, size_t len, size_t count)
{
    while (count > 0) {
        struct iovec parts[AT_ONCE];
        size_t now = count < AT_ONCE ? count : AT_ONCE;
        for (size_t i = 0; i < now; i++)
            parts[i] = (struct iovec){answer, len};
        ssize_t n = writev(fd, parts, (int)now);
        if (n == -1)
            return false;
        size_t part = (size_t)n % len; /* of the last one that began */
        count -= ((size_t)n + len - 1) / len;
        while (part > 0 && part < len) {
            n = write(fd, answer + part, len - part);
            if (n == -1)
                return false;
            part += (size_t)n;
        }
    }
    return true;
}

static void *work(void *unused)
{
    (void)unused;
    char *data = malloc(BUFFER), answer[64];
    for (int fd; data && (fd = accept(listen_fd, NULL, NULL)) != -1; close(fd)) {
        struct ucred peer;
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &(socklen_t){sizeof peer});
        int len = sprintf(answer, "pid=%d uid=%u gid=%u\n", peer.pid, peer.uid, peer.gid);
        ssize_t n;
        size_t count;
        do {
            n = read(fd, data, BUFFER);
            count = 0;
            for (ssize_t i = 0; i < n; i++)
                count += data[i] == '\n';
        } while (n > 0 && send_answers(fd, answer, (size_t)len, count));
    }
    return NULL;
}

static int take(const char *path)
{
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    struct stat file;
    strcpy(addr.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    /* A full queue answers at once, without SOCK_NONBLOCK, if the time to wait is short. */
    struct timeval moment = {.tv_usec = 1000};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &moment, sizeof moment);
    if (lstat(path, &file) == 0) {
        if (!S_ISSOCK(file.st_mode))
            return die_plain("%s is not a socket", path), -1;
        if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0 || errno != ECONNREFUSED)
            return die_plain("%s has a server", path), -1;
        unlink(path);
    }
    umask(0177);
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) == -1 || listen(fd, 64) == -1)
        die("%s", path);
    return fd;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *path = "whoami.sock";
    while (next_option(argc, argv, "s:", "usage: server [-s PATH]") != -1)
        path = optarg;
    if (strlen(path) > 107)
        die_plain("the path has %zu bytes", strlen(path));
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    listen_fd = take(path);
    for (int i = 0; i < WORKERS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, NULL) != 0)
            die_plain("no thread");
    }
    while (sigwaitinfo(&signals, NULL) == -1)
        continue; /* SIGCONT interrupts it, even without a handler (signal(7)) */
    unlink(path);
    exit(EXIT_SUCCESS);
}
