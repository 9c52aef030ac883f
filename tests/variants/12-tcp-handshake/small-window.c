/* small-window.c - makes the window of the server small, so that little is sent. */
#include "calls.h"

#define OWN_BOTH
static void open_both(void);
static void await_state(int fd, int state);
static void finish(int fd);
static void drain(int fd);

static void both(void)
{
    static const char block[1 << 22];
    open_both();
    must(fcntl(client, F_SETFL, O_NONBLOCK), "fcntl");
    must(setsockopt(client, SOL_SOCKET, SO_SNDBUF, &(int){1 << 20}, sizeof(int)), "SO_SNDBUF");
    while (send(client, block, sizeof block, 0) > 0)
        continue;
    finish(client);
    finish(server);
    await_state(client, TCP_CLOSING);
    drain(server);
    close(server);
    close(client);
}

#include "exchanges.h"
