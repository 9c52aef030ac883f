/* load.c - lab 14: many web clients at once, or one that sends to somebody who does not read.
 *
 * Shows:      how many requests are answered; and how much the way to a server swallows.
 * Run this:   ./web
 *             ./load -p 8014
 * See this:   load: 100 of 100 answered
 * Try:        the same through ./relay 127.0.0.1:8014, which is what load does without -p.
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "usage: load [-fv] [-c CLIENTS] [-n REQUESTS] [-p PORT]\n"
    "Asks a web server for its Makefile, again and again.\n\n"
    "  -c CLIENTS   so many at once, 1 to 1000; each asks on one connection (10)\n"
    "  -f           ask nothing: send, until nobody takes more, and say how much was taken\n"
    "  -n REQUESTS  of all clients together, 1 to 10000000 (100)\n"
    "  -p PORT      the port to connect to on 127.0.0.1, 1 to 65535 (5014)\n"
    "  -v           print each connect with its result\n"
    "  -h           print this help";

static const char request[] = "GET /Makefile HTTP/1.1\r\nHost: lab\r\n\r\n";
static struct endpoint server;
static atomic_long answered, left;

/* Reads one answer: a head, and as many bytes as it says. True if it was a 200, and whole. */
static bool read_answer(int fd)
{
    char data[16384 + 1], *body;
    size_t len = 0;
    for (;;) {
        ssize_t n = recv_some(fd, data + len, sizeof data - 1 - len);
        if (n <= 0)
            return false;
        len += (size_t)n;
        data[len] = '\0';
        body = strstr(data, "\r\n\r\n");
        const char *field = body ? strcasestr(data, "\r\nContent-Length:") : NULL;
        if (field && len >= (size_t)(body + 4 - data) + strtoul(field + 17, NULL, 10))
            return strncmp(data, "HTTP/1.1 200 ", 13) == 0;
    }
}

static void *ask(void *arg)
{
    (void)arg;
    int fd = -1;
    while (atomic_fetch_sub(&left, 1) > 0) {
        if (fd == -1)
            fd = tcp_connect(&server);
        if (fd != -1 && send_all(fd, request, sizeof request - 1) == 0 && read_answer(fd)) {
            atomic_fetch_add(&answered, 1);
            continue;
        }
        close(fd); /* of -1: EBADF, and no harm */
        fd = -1;
    }
    return close(fd), NULL; /* others may wait until this one has left */
}

/* Nothing is taken any more if there has been no room for 300 ms. */
static void flood(void)
{
    static const char block[65536];
    struct pollfd room = {.fd = tcp_connect(&server), .events = POLLOUT};
    size_t taken = 0;
    if (room.fd == -1)
        die("connect");
    while (poll(&room, 1, 300) == 1) {
        ssize_t n = send(room.fd, block, sizeof block, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n == -1 && errno != EAGAIN)
            die("send");
        taken += n == -1 ? 0 : (size_t)n;
    }
    say("%zu* bytes taken", taken);
}

int main(int argc, char *argv[])
{
    diag_init("load");
    long clients = 10, requests = 100, port = 5014, floods = 0;
    static pthread_t threads[1000];
    for (int c; (c = next_option(argc, argv, "c:fn:p:", help)) != -1;) {
        floods |= c == 'f';
        if (c == 'c')
            clients = number_option(c, "a number of clients", 1, 1000);
        if (c == 'n')
            requests = number_option(c, "a number of requests", 1, 10000000);
        if (c == 'p')
            port = number_option(c, "a port", 1, 65535);
    }
    server = resolve_or_die("127.0.0.1", (uint16_t)port);
    if (floods)
        return flood(), EXIT_SUCCESS;
    struct timespec begin, end;
    atomic_store(&left, requests);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long i = 0; i < clients; i++)
        if ((errno = pthread_create(&threads[i], NULL, ask, NULL)) != 0)
            die("pthread_create");
    for (long i = 0; i < clients; i++)
        pthread_join(threads[i], NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
    say("%ld of %ld answered", (long)answered, requests);
    say("%.0f* a second", (double)answered / seconds);
    return EXIT_SUCCESS;
}
