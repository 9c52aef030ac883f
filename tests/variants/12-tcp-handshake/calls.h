/* calls.h - what all of these programs share: the handshake's sockets. */
#ifndef CALLS_H
#define CALLS_H

#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 5012, LOOKS = 20000, PAUSE = 500 }; /* ten seconds, in microseconds */

static const char help[] = "usage: conduct NAME\n"
                           "Plays the client and the server of the exchange NAME, on port 5012.\n\n"
                           "  four three half-close reset unread late refused unaccepted\n"
                           "  time-wait-client time-wait-server both";

static const char thanks[] = "Thank you\n";

static int client, server; /* the two ends of the connection */

static inline void must(int result, const char *call)
{
    if (result == -1)
        die("%s", call);
}

static inline int connect_client(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(client, "socket");
    return connect(client, (struct sockaddr *)&to, sizeof to);
}

/* The kernel answers a client as soon as this has returned. */
static inline int listen_at_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd, "socket");
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), "setsockopt");
    must(bind(fd, (struct sockaddr *)&at, sizeof at), "bind");
    must(listen(fd, 1), "listen");
    return fd;
}

#endif
