/* sigwait.c - holds with sigwait, and ends in order. */
#include "calls.h"

#define OWN_UNACCEPTED
static void unaccepted(void)
{
    int number;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    listen_at_port();
    must(connect_client(), "connect");
    say("held");
    sigwait(&set, &number);
}

#include "exchanges.h"
