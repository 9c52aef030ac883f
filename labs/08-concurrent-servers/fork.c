/* fork.c - lab 08: an echo server with a process for each client.
 *
 * Shows:      a server in which nobody waits for another client,
 *             and what that takes: a process each.
 * Run this:   ./fork
 *             ./load -s 8
 * See this:   load: 20 of 20 clients served
 * Try:        ps --forest -C fork, while ./load -s 8 -k holds its clients. diff iterative.c fork.c
 */
#include "diag.h"
#include "echo.h"
#include "service.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char help[] = "usage: fork [-v] [-l LENGTH] [-p PORT]\n"
                           "Sends back what comes, by a process for each client.\n\n" SERVICE_HELP;

static void serve_in_child(int conn_fd, int listen_fd)
{
    pid_t child = fork();
    if (child == -1)
        say_limit("cannot fork", errno);
    if (child != 0)
        return;
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* when the parent ends, its children do */
    close(listen_fd); /* else the port would be taken for as long as a child lives */
    serve_client(conn_fd);
    _exit(EXIT_SUCCESS);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct service service = default_service();
    for (int c; (c = next_option(argc, argv, SERVICE_OPTIONS, help)) != -1;)
        set_service(&service, c);
    signal(SIGCHLD,
           SIG_IGN); /* so nobody has to wait for a child, and none becomes a zombie: wait(2) */

    int conn_fd, listen_fd = open_service(&service);
    while ((conn_fd = next_client(listen_fd)) != -1) {
        serve_in_child(conn_fd, listen_fd);
        close(conn_fd); /* the child has it, too: the connection ends when both have closed */
    }
    return close_service(listen_fd);
}
