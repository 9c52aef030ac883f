/* service.c - what the six servers have in common; service.h says what each function promises. */
#include "service.h"

#include "diag.h"
#include "io.h"
#include "limit.h"
#include "net.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct service default_service(void)
{
    return (struct service){.port = 5008, .queue = 4096};
}

void set_service(struct service *service, int c)
{
    if (c == 'p')
        service->port = (uint16_t)number_option(c, "a port", 0, 65535);
    else if (c == 'l')
        service->queue = (int)number_option(c, "a length", 0, 4096);
}

int open_service(const struct service *service)
{
    struct endpoint where = resolve_or_die("127.0.0.1", service->port);
    char text[ENDPOINT_TEXT_MAX];
    if (raise_descriptor_limit() == -1)
        die("setrlimit");
    if (stop_on_signals() == -1)
        die("sigaction");
    int listen_fd = tcp_listen(&where);
    /* A second listen changes only the length of the queue: listen(2). */
    if (listen_fd == -1 || listen(listen_fd, service->queue) == -1)
        die("listen on %s", format_endpoint(&where, text));
    say("listening on %s", local_endpoint(listen_fd, text));
    return listen_fd;
}

void say_limit(const char *refused, int error)
{
    static atomic_int said; /* once is enough: the next thousand clients meet the same limit */
    if (atomic_exchange(&said, error) != error) /* atomic: all threads of a pool come here */
        say("%s: %s", refused, limit_met(error));
}

int next_client(int listen_fd)
{
    int conn_fd;
    while ((conn_fd = accept_client(listen_fd, NULL)) == -1 && is_limit(errno)) {
        say_limit("cannot accept", errno);
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    }
    if (conn_fd == -1 && !stop) /* a thread of a pool may find the listener closed by then */
        die("accept");
    return conn_fd;
}

int close_service(int listen_fd)
{
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
