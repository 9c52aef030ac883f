/* disconnect.c - resets by a connect to no address (connect(2), AF_UNSPEC). */
#include "calls.h"

#define OWN_RESET
static void open_both(void);
static void await_state(int fd, int state);

static void reset(void)
{
    open_both();
    must(connect(client, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr)),
         "connect");
    await_state(server, TCP_CLOSE);
}

#include "exchanges.h"
