/* threads.c - a right program of another shape: a thread for each client. */
#include "relay.h"

#include <pthread.h>
#include <stdatomic.h>

static atomic_long present;

static void *serve(void *arg)
{
    serve_alone(arg);
    atomic_fetch_sub(&present, 1);
    return NULL;
}

int main(int argc, char *argv[])
{
    int listen_fd = open_relay(argc, argv);
    for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;) {
        pthread_t thread;
        if (most_clients > 0 && atomic_load(&present) >= most_clients) {
            close(fd);
            continue;
        }
        atomic_fetch_add(&present, 1);
        if (pthread_create(&thread, NULL, serve, new_pair(fd)) != 0)
            die("pthread_create");
        pthread_detach(thread);
    }
}
