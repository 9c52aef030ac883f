/* unacked.c - asks TCP_INFO, and not SIOCOUTQ, what is not acknowledged. */
#include "calls.h"

#define OWN_ACKNOWLEDGED
static void await_acknowledged(int fd)
{
    struct tcp_info info;
    do
        must(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &(socklen_t){sizeof info}), "TCP_INFO");
    while (info.tcpi_unacked > 0 && usleep(PAUSE) == 0);
}

#include "exchanges.h"
