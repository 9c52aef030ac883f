/* threads.c - a variant: four threads wait at the socket, and a fifth for the signal. */
#include "server.h"

#include <pthread.h>
#include <sys/eventfd.h>

static struct wishes wish;
static int listen_fd, end_fd;

static void *serve(void *unused)
{
    struct pollfd work[] = {{.fd = end_fd, .events = POLLIN}, {.fd = listen_fd, .events = POLLIN}};
    while (poll(work, 2, -1) != -1 && work[0].revents == 0)
        answer_next(listen_fd, wish.name);
    while (answer_next(listen_fd, wish.name))
        continue;
    return unused;
}

int main(int argc, char *argv[])
{
    enum { THREADS = 4 };
    diag_init("server");
    wish = parse_wishes(argc, argv);
    sigset_t set;
    block_sigterm(&set);
    listen_fd = listen_or_die(wish.port, SOCK_NONBLOCK);
    take_all_clients(listen_fd);
    end_fd = eventfd(0, 0);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (end_fd == -1 || pthread_create(&threads[i], NULL, serve, NULL) != 0)
            die_plain("cannot start a thread");
    puts("ready");
    sigwait(&set, &(int){0});
    eventfd_write(end_fd, 1);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}
