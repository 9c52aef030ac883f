/* workers.c - a right program of another shape: four processes accept from one listening
 * socket, and count their clients together. While one stands still, another one accepts. */
#include "relay.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static atomic_long *present;

static void *serve(void *arg)
{
    serve_alone(arg);
    atomic_fetch_sub(present, 1);
    return NULL;
}

static bool has_place(void)
{
    long now = atomic_load(present);
    while (most_clients == 0 || now < most_clients)
        if (atomic_compare_exchange_weak(present, &now, now + 1))
            return true;
    return false;
}

int main(int argc, char *argv[])
{
    int listen_fd = open_relay(argc, argv);
    pid_t first = getpid();
    present =
        mmap(NULL, sizeof *present, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (present == MAP_FAILED)
        die("mmap");
    for (int i = 0; i < 3 && getpid() == first; i++)
        if (fork() == 0)
            prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int fd; (fd = accept_client(listen_fd, NULL)) != -1;) {
        pthread_t thread;
        if (!has_place()) {
            close(fd);
            continue;
        }
        if (pthread_create(&thread, NULL, serve, new_pair(fd)) != 0)
            die("pthread_create");
        pthread_detach(thread);
    }
}
