/* pairs.c - connected pairs of sockets; pairs.h says what each function promises. */
#include "pairs.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* What socketpair(2) does for AF_UNIX, by hand: Linux makes no TCP pairs. */
static int tcp_pair(int ends[2])
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof where;
    int listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listen_fd, (struct sockaddr *)&where, len) == -1 || listen(listen_fd, 1) == -1 ||
        getsockname(listen_fd, (struct sockaddr *)&where, &len) == -1 ||
        connect(ends[0], (struct sockaddr *)&where, len) == -1 ||
        (ends[1] = accept(listen_fd, NULL, NULL)) == -1)
        return -1;
    close(listen_fd);
    for (int i = 0; i < 2; i++)
        if (setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) == -1)
            return -1;
    return 0;
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
