/* accept-waits.c - waits with poll until a client can be accepted, and does not block. */
#include "calls.h"

#define OWN_OPEN
static void open_both(void)
{
    int listen_fd = listen_at_port();
    must(fcntl(listen_fd, F_SETFL, O_NONBLOCK), "fcntl");
    must(connect_client(), "connect");
    must(poll(&(struct pollfd){.fd = listen_fd, .events = POLLIN}, 1, -1), "poll");
    server = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    must(server, "accept");
    close(listen_fd);
}

#include "exchanges.h"
