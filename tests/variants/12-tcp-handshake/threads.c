/* threads.c - connects in a thread while the main one accepts. */
#include "calls.h"

#define OWN_OPEN
static void *connect_it(void *nothing)
{
    must(connect_client(), "connect");
    return nothing;
}

static void open_both(void)
{
    pthread_t thread;
    int listen_fd = listen_at_port();
    if (pthread_create(&thread, NULL, connect_it, NULL) != 0)
        die_plain("no thread");
    server = accept(listen_fd, NULL, NULL);
    must(server, "accept");
    pthread_join(thread, NULL);
    close(listen_fd);
}

#include "exchanges.h"
