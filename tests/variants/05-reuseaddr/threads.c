/* threads.c - a detached thread for each client. SIGTERM is blocked in all threads but one, which
 * waits for it by sigwait and ends the process. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

struct client {
    int fd;
    unsigned number;
};

static void *greet(void *argument)
{
    struct client client = *(struct client *)argument;
    char hello[32];
    free(argument);
    send_all(client.fd, hello, (size_t)sprintf(hello, "hello %u\n", client.number));
    close(client.fd);
    return NULL;
}

static void *wait_for_sigterm(void *signals)
{
    int signal;
    sigwait(signals, &signal);
    exit(EXIT_SUCCESS);
}

static void start_thread(void *(*function)(void *), void *argument)
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, function, argument);
    if (errno != 0)
        die("pthread_create");
    pthread_detach(thread);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    static sigset_t signals;
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("port %ld", port);
    start_thread(wait_for_sigterm, &signals);
    for (unsigned clients = 1;; clients++) {
        struct client *client = malloc(sizeof *client);
        if (!client || (client->fd = accept_client(listen_fd, NULL)) == -1)
            die("accept");
        client->number = clients;
        start_thread(greet, client);
    }
}
