/* reads-a-part.c - reads a part of the data before it closes: the rest is unread. */
#include "calls.h"

#define OWN_UNREAD
static void open_both(void);
static void await_state(int fd, int state);
static void await_acknowledged(int fd);
static void send_thanks(void);

static void unread(void)
{
    open_both();
    send_thanks();
    await_acknowledged(server);
    must((int)recv(client, (char[9]){0}, 9, 0), "recv");
    close(client);
    await_state(server, TCP_CLOSE);
}

#include "exchanges.h"
