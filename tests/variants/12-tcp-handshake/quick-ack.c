/* quick-ack.c - lets the server acknowledge the FIN at once, by TCP_QUICKACK, and waits for nothing. */
#include "calls.h"

#define OWN_FOUR
static void open_both(void);
static void finish(int fd);

static void four(void)
{
    open_both();
    finish(client);
    must(poll(&(struct pollfd){.fd = server, .events = POLLRDHUP}, 1, -1), "poll");
    must(setsockopt(server, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int)), "TCP_QUICKACK");
    close(server);
    close(client);
}

#include "exchanges.h"
