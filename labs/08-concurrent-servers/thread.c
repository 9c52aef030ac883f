/* thread.c - lab 08: an echo server with a thread for each client.
 *
 * Shows:      as fork.c, but all in one process: they share memory and
 *             descriptors, and one that crashes takes all with it.
 * Run this:   ./thread
 *             ./load -s 8
 * See this:   load: 20 of 20 clients served
 * Try:        ps -L -C thread, while ./load -s 8 -k holds its clients. diff iterative.c thread.c
 */
#include "diag.h"
#include "echo.h"
#include "service.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] = "usage: thread [-v] [-l LENGTH] [-p PORT]\n"
                           "Sends back what comes, by a thread for each client.\n\n" SERVICE_HELP;

static void *serve_in_thread(void *fd)
{
    int conn_fd = *(int *)fd;
    free(fd);
    serve_client(conn_fd);
    close(conn_fd);
    return NULL;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct service service = default_service();
    for (int c; (c = next_option(argc, argv, SERVICE_OPTIONS, help)) != -1;)
        set_service(&service, c);

    int conn_fd, listen_fd = open_service(&service);
    while ((conn_fd = next_client(listen_fd)) != -1) {
        pthread_t thread;
        int *fd = malloc(sizeof *fd); /* main's own variable would already be the next client's */
        if (!fd)
            die("malloc");
        *fd = conn_fd;
        int error = pthread_create(&thread, NULL, serve_in_thread, fd);
        if (error == 0)
            pthread_detach(thread); /* nobody waits for its end */
        else {
            say_limit("cannot make a thread", error);
            free(fd);
            close(conn_fd);
        }
    }
    return close_service(listen_fd);
}
