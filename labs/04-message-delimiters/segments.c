/* segments.c - segments, and their acknowledgements;
 * segments.h says what each function promises. */
#include "segments.h"

#include "diag.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Nagle's algorithm holds a small piece back while another one is on its way, and glues to it what
 * comes meanwhile (tcp(7), RFC 1122 4.2.3.4). */
int turn_off_nagle(int fd)
{
    int result = setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    trace("setsockopt(%d, TCP_NODELAY, 1) = %d", fd, result);
    return result;
}

int wait_until_acknowledged(int fd)
{
    for (;;) {
        int waiting; /* bytes not acknowledged, though tcp(7) says "unsent" */
        if (ioctl(fd, SIOCOUTQ, &waiting) == -1)
            return -1;
        if (waiting == 0)
            return 0;
        struct pollfd gone = {.fd = fd}; /* POLLERR and POLLHUP come unasked (poll(2)) */
        if (poll(&gone, 1, 1) == 1) {
            int error = 0;
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
            errno = error;
            return -1;
        }
    }
}

/* EPIPE is older than sockets (send(2)). Here it
 * means that the other end had said goodbye before. */
void die_of_loss(const char *action)
{
    if (errno == EPIPE)
        die_plain("%s: it has closed the connection [EPIPE]", action);
    die("%s", action);
}
