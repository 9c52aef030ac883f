/* backend.c - lab 14: a server to relay to, in seven kinds.
 *
 * Shows:      what a relay must carry: bytes both ways, and the end of each stream by itself.
 * Run this:   ./backend -m late
 *             printf 'one\ntwo\n' | nc -N 127.0.0.1 8014
 * See this:   8 bytes have come
 * Try:        ./backend -m mute
 *             ./load -f -p 8014: how much is taken, although nobody reads?
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "usage: backend [-v] [-m KIND] [-p PORT]\n"
    "A server to relay to.\n\n"
    "  -m KIND  echo: sends back what comes; late: says after the end how much has come;\n"
    "           first: says hello, ends its stream, and then reads; much: so with 100,000 bytes;\n"
    "           mute: reads nothing; reset: breaks off at the first byte;\n"
    "           slow: says 16 bytes, one each 50 ms (echo)\n"
    "  -p PORT  the port to bind on 127.0.0.1, 0 to 65535; 0: the kernel chooses (8014)\n"
    "  -v       print each accept with its result\n"
    "  -h       print this help";

static enum { ECHO, LATE, FIRST, MUCH, MUTE, RESET, SLOW, KINDS } kind;
static const char *const kinds[] = {"echo", "late", "first", "much", "mute", "reset", "slow"};

struct client {
    int fd;
    long number;
};

/* Reads to the end of the stream, and sends back if that is its
 * kind. Returns how much has come; *error is 0 if the end has. */
static uint64_t read_all(int fd, int *error)
{
    static _Thread_local char data[16384];
    uint64_t total = 0;
    for (ssize_t n;; total += (uint64_t)n) {
        n = recv_some(fd, data, sizeof data);
        *error =
            n == -1 || (n > 0 && kind == ECHO && send_all(fd, data, (size_t)n) == -1) ? errno : 0;
        if (n > 0 && kind == RESET) /* SO_LINGER with time 0 makes of close a reset: lab 05 */
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1},
                       sizeof(struct linger));
        if (n <= 0 || kind == RESET || *error)
            return total;
    }
}

static void *serve(void *arg)
{
    char first[100000] = "hello\n", answer[64];
    struct client *client = arg;
    int error;
    memset(first + 6, '.', sizeof first - 6);
    if (kind == MUTE) /* it stays connected, and that is all */
        return NULL;
    if (kind == FIRST || kind == MUCH)
        send_all(client->fd, first, kind == FIRST ? 6 : sizeof first);
    for (int i = 0; kind == SLOW && i < 16; i++) {
        send_all(client->fd, ".", 1);
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL); /* to be slow is its purpose */
    }
    if (kind != ECHO && kind != LATE && kind != RESET)
        shutdown(client->fd, SHUT_WR);
    uint64_t total = read_all(client->fd, &error);
    say("%ld: %s after %llu bytes", client->number, error ? errno_name(error) : "end",
        (unsigned long long)total);
    snprintf(answer, sizeof answer, "%llu bytes have come\n", (unsigned long long)total);
    if (kind == LATE)
        send_all(client->fd, answer, strlen(answer));
    close(client->fd);
    free(client);
    return NULL;
}

int main(int argc, char *argv[])
{
    diag_init("backend");
    uint16_t port = 8014;
    char text[ENDPOINT_TEXT_MAX];
    for (int c; (c = next_option(argc, argv, "m:p:", help)) != -1;) {
        if (c == 'p')
            port = (uint16_t)number_option(c, "a port", 0, 65535);
        if (c == 'm')
            for (kind = ECHO; strcmp(optarg, kinds[kind]) != 0;)
                if (++kind == KINDS)
                    die_usage("-m: no such kind");
    }
    struct endpoint where = resolve_or_die("127.0.0.1", port), who;
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1 || stop_on_signals() == -1)
        die("listen on port %d", port);
    say("listening on %s", local_endpoint(listen_fd, text));
    long number = 1;
    for (int fd; (fd = accept_client(listen_fd, &who)) != -1; number++) {
        struct client *own = malloc(sizeof *own);
        pthread_t thread;
        if (!own)
            die("malloc");
        *own = (struct client){fd, number};
        say("%ld: client %s", number, format_endpoint(&who, text));
        if ((errno = pthread_create(&thread, NULL, serve, own)) != 0)
            die("pthread_create");
        pthread_detach(thread);
    }
    if (!stop)
        die("accept");
    return EXIT_SUCCESS;
}
