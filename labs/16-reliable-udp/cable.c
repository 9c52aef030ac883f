/* cable.c - packet sockets; cable.h says what each function promises. */
#include "cable.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

/* What we send comes back to a packet socket unless it says no. And the buffer must hold what comes
 * while the machine does something else: the cable itself is to lose nothing. */
int open_end(const char *interface)
{
    int yes = 1, buffer = 4 << 20, error;
    struct sockaddr_ll where = {.sll_family = AF_PACKET,
                                .sll_protocol = htons(ETH_P_ALL),
                                .sll_ifindex = (int)if_nametoindex(interface)};
    if (where.sll_ifindex == 0)
        return -1;
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0); /* 0: nothing before bind */
    if (fd == -1)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes) == 0 &&
        bind(fd, (struct sockaddr *)&where, sizeof where) == 0)
        return fd;
    error = errno;
    close(fd);
    errno = error;
    return -1;
}

ssize_t read_frame(int fd, unsigned char frame[static FRAME_MAX])
{
    return recv(fd, frame, FRAME_MAX, 0);
}

int write_frame(int fd, const unsigned char *frame, size_t len)
{
    return send(fd, frame, len, 0) == (ssize_t)len ? 0 : -1;
}

long dropped_frames(int fd)
{
    struct tpacket_stats stats;
    socklen_t len = sizeof stats;
    if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) == -1)
        return -1;
    return stats.tp_drops;
}
