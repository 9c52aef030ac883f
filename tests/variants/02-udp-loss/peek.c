/* server.c - the gap report that waits with select, asks by MSG_PEEK how long the next datagram is,
 * and receives it into memory of just that length. The answer is sent in pieces by sendmsg. */
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { RECEIVED, LOST, DUPLICATED, REORDERED, FOREIGN, GARBAGE, COUNTS };

static const char *const names[COUNTS] = {"received ",   " lost ",    " duplicated ",
                                          " reordered ", " foreign ", " garbage "};
static long counts[COUNTS];
static struct sockaddr_in sender;
static int64_t lowest, highest;
static bool *flags;

static int64_t extend(uint16_t number)
{
    int32_t up = (uint16_t)(number - (uint16_t)highest);
    return highest + (up <= INT16_MAX ? up : up - UINT16_MAX - 1);
}

static void note(uint16_t number)
{
    if (counts[RECEIVED] == 0)
        lowest = highest = (1LL << 32) + number;
    int64_t n = extend(number);
    for (; highest < n; highest++)
        flags[(uint16_t)(highest + 1)] = false;
    if (flags[number]) {
        counts[DUPLICATED]++;
        return;
    }
    flags[number] = true;
    counts[RECEIVED]++;
    if (n < highest)
        counts[REORDERED]++;
    if (n < lowest)
        lowest = n;
}

static void answer(int fd, uint16_t next)
{
    char digits[COUNTS][24];
    struct iovec parts[2 * COUNTS + 1];
    int64_t end = extend(next);
    counts[LOST] = (end > highest ? end : highest + 1) - lowest - counts[RECEIVED];
    for (int i = 0; i < COUNTS; i++) {
        int len = snprintf(digits[i], sizeof digits[i], "%ld", counts[i]);
        parts[2 * i] = (struct iovec){(void *)(intptr_t)names[i], strlen(names[i])};
        parts[2 * i + 1] = (struct iovec){digits[i], (size_t)len};
    }
    parts[2 * COUNTS] = (struct iovec){&(char){'\n'}, 1};
    struct msghdr message = {.msg_name = &sender, .msg_namelen = sizeof sender};
    message.msg_iov = parts;
    message.msg_iovlen = 2 * COUNTS + 1;
    if (sendmsg(fd, &message, 0) == -1)
        die("sendmsg");
}

static void receive(int fd)
{
    ssize_t len = recv(fd, NULL, 0, MSG_PEEK | MSG_TRUNC);
    if (len == -1)
        die("recv");
    struct sockaddr_in from = {0};
    socklen_t from_len = sizeof from;
    unsigned char *data = malloc((size_t)len + 1);
    if (!data || recvfrom(fd, data, (size_t)len, 0, (struct sockaddr *)&from, &from_len) != len)
        die("recvfrom");
    bool known = counts[RECEIVED] > 0;
    if (known &&
        (from.sin_addr.s_addr != sender.sin_addr.s_addr || from.sin_port != sender.sin_port))
        counts[FOREIGN]++;
    else if (len >= 4 && strncmp((char *)data, "N#", 2) == 0) {
        sender = from;
        note((uint16_t)(data[2] * 256U + data[3]));
    } else if (known && len == 4 && strncmp((char *)data, "R?", 2) == 0)
        answer(fd, (uint16_t)(data[2] * 256U + data[3]));
    else
        counts[GARBAGE]++;
    free(data);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", "usage: server [-v] [-p PORT]")) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind");
    flags = calloc(UINT16_MAX + 1, sizeof *flags);
    if (!flags)
        die("calloc");
    for (;;) {
        fd_set set;
        FD_ZERO(&set);
        FD_SET(fd, &set);
        if (select(fd + 1, &set, NULL, NULL, NULL) == 1)
            receive(fd);
        else if (errno != EINTR)
            die("select");
    }
}
