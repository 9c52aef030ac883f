/* pairs.c - connected pairs of sockets; pairs.h says what each function promises. */
#include "pairs.h"

#include "net.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

static int send_at_once(int fd)
{
    return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
}

/* There is no socketpair(2) for TCP on Linux, so
 * this is a listener, a client of it, and an accept. */
static int tcp_pair(int ends[2])
{
    struct endpoint where;
    int listen_fd = -1;
    ends[0] = ends[1] = -1;
    if (resolve("127.0.0.1", 0, &where) == 0 && (listen_fd = tcp_listen(&where)) != -1 &&
        getsockname(listen_fd, (struct sockaddr *)&where.addr, &where.len) == 0 &&
        (ends[0] = tcp_connect(&where)) != -1 && (ends[1] = accept_client(listen_fd, NULL)) != -1 &&
        send_at_once(ends[0]) == 0 && send_at_once(ends[1]) == 0) {
        close(listen_fd);
        return 0;
    }
    int error = errno;
    int opened[] = {listen_fd, ends[0], ends[1]};
    for (int i = 0; i < 3; i++)
        if (opened[i] != -1)
            close(opened[i]);
    errno = error;
    return -1;
}

int connected_pair(bool tcp, int ends[2])
{
    return tcp ? tcp_pair(ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

long loopback_packets(void)
{
    long packets = 0;
    FILE *file = fopen("/proc/net/dev", "r");
    char line[300];
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, " lo: %*s %ld", &packets) == 1)
            break;
    if (file)
        fclose(file);
    return packets;
}
