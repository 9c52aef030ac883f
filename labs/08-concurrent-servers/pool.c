/* pool.c - lab 08: an echo server with a fixed number of threads.
 *
 * Shows:      threads that are made once, each an iterative
 *             server; and what happens when all are busy.
 * Run this:   ./pool
 *             ./load -s 3
 * See this:   load: 20 of 20 clients served
 * Try:        ./load -s 4, and then ./pool -n 5. diff iterative.c pool.c
 */
#include "diag.h"
#include "echo.h"
#include "io.h"
#include "service.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static const char help[] = "usage: pool [-v] [-l LENGTH] [-n THREADS] [-p PORT]\n"
                           "Sends back what comes, by a fixed number of threads.\n\n"
                           "  -n THREADS  how many threads, so how many clients at the same time, "
                           "1 to 1000 (4)\n" SERVICE_HELP;

/* All threads wait in accept on the same socket. The kernel wakes one of them for each client. */
static void *serve_one_after_the_other(void *fd)
{
    int conn_fd, listen_fd = *(int *)fd;
    while ((conn_fd = next_client(listen_fd)) != -1) {
        serve_client(conn_fd);
        close(conn_fd);
    }
    return NULL;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct service service = default_service();
    long threads = 4;
    for (int c; (c = next_option(argc, argv, "n:" SERVICE_OPTIONS, help)) != -1;) {
        if (c == 'n')
            threads = number_option(c, "a number of threads", 1, 1000);
        set_service(&service, c);
    }

    int listen_fd = open_service(&service);
    for (long i = 0; i < threads; i++) {
        pthread_t thread;
        errno = pthread_create(&thread, NULL, serve_one_after_the_other, &listen_fd);
        if (errno != 0)
            die("pthread_create");
    }
    while (!stop)
        pause(); /* the end of main ends all threads */
    return close_service(listen_fd);
}
