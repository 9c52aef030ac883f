/* crowd.c - clients that are no good company; crowd.h says what each function promises. */
#include "crowd.h"

#include "diag.h"
#include "io.h"
#include "limit.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int connect_client(const struct endpoint *server, long patience)
{
    struct timeval limit = {patience / 1000, patience % 1000 * 1000};
    int fd = socket(server->addr.ss_family, SOCK_STREAM, 0);
    /* SO_SNDTIMEO limits connect, too: then it fails with EINPROGRESS (socket(7)). */
    if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == -1)
        return -1;
    int result = connect(fd, (const struct sockaddr *)&server->addr, server->len);
    trace("connect(%d) = %d", fd, result);
    return result == -1
               ? -1
               : fd; /* a client whose time is over goes on trying until the program ends */
}

static int connect_or_die(const struct endpoint *server, long patience)
{
    char text[ENDPOINT_TEXT_MAX];
    int fd = connect_client(server, patience);
    if (fd == -1)
        die("connect %s", format_endpoint(server, text));
    return fd;
}

void add_silent(const struct endpoint *server, size_t count, long patience)
{
    size_t done = 0;
    while (done < count && connect_client(server, patience) != -1)
        done++;
    int error = errno;
    say("%zu silent client%s connected", done, done == 1 ? "" : "s");
    if (done < count && error == EINPROGRESS)
        say("the next one: no answer for %ld ms", patience);
    else if (done < count)
        say("the next one: %s", limit_met(error));
}

void add_floods(const struct endpoint *server, size_t count, long patience)
{
    static const char block[16384];
    enum {
        MOST = 64 << 20
    }; /* a server that takes all of it and keeps it somewhere will not be full */
    for (size_t i = 0; i < count; i++) {
        int fd = connect_or_die(server, patience);
        struct pollfd room = {.fd = fd, .events = POLLOUT};
        size_t taken = 0;
        while (taken < MOST && poll(&room, 1, 100) == 1) {
            ssize_t n = send(fd, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (n == -1 && errno != EAGAIN)
                die("send");
            taken += n == -1 ? 0 : (size_t)n;
        }
        say("a client that never reads: %zu* bytes taken from it", taken);
    }
}

static void *drip(void *arg)
{
    int fd = *(int *)arg;
    char byte;
    free(arg);
    for (int i = 1; i < 25; i++) {
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); /* to be slow is its purpose */
        if (send_all(fd, i == 24 ? "\n" : ".", 1) == -1 || recv_some(fd, &byte, 1) <= 0)
            break;
    }
    close(fd);
    return NULL;
}

void add_drips(const struct endpoint *server, size_t count, long patience)
{
    for (size_t i = 0; i < count; i++) {
        pthread_t thread;
        int *fd = malloc(sizeof *fd);
        if (!fd)
            die("malloc");
        *fd = connect_or_die(server, patience);
        if (send_all(*fd, ".", 1) == -1)
            die("send");
        errno = pthread_create(&thread, NULL, drip, fd);
        if (errno != 0)
            die("pthread_create");
        pthread_detach(thread);
        say("a slow client: a byte each 20 ms");
    }
}
