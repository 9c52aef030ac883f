/* iterative.c - lab 08: an echo server that serves one client after the other.
 *
 * Shows:      the simplest server, and who waits in it:
 *             everybody, for the one that is being served.
 * Run this:   ./iterative
 *             ./load
 * See this:   load: 20 of 20 clients served
 * Try:        ./load -s 1, a silent client that comes first. diff iterative.c thread.c
 */
#include "diag.h"
#include "echo.h"
#include "service.h"

#include <unistd.h>

static const char help[] = "usage: iterative [-v] [-l LENGTH] [-p PORT]\n"
                           "Sends back what comes, to one client after the other.\n\n" SERVICE_HELP;

int main(int argc, char *argv[])
{
    diag_init("server");
    struct service service = default_service();
    for (int c; (c = next_option(argc, argv, SERVICE_OPTIONS, help)) != -1;)
        set_service(&service, c);

    int conn_fd, listen_fd = open_service(&service);
    while ((conn_fd = next_client(listen_fd)) != -1) {
        serve_client(conn_fd);
        close(conn_fd);
    }
    return close_service(listen_fd);
}
