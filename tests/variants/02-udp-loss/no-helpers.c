/* server.c - the gap report without any helper of the course: options by hand, poll, and recvmsg
 * that puts the first four bytes of a datagram in one place and the rest in another. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

struct head {
    char form[2];
    uint16_t number;
};

/* For each 16 bits, when the number came: the cycle's number and 1, or 0. */
static unsigned came[65536];
static struct sockaddr_in sender;
static long position, bottom; /* of the highest and the lowest number, counted from 10 cycles on */
static unsigned long received, duplicated, reordered, foreign, garbage;

static long position_of(uint16_t number)
{
    long distance = (number - position % 65536 + 65536) % 65536;
    return position + (distance > 32767 ? distance - 65536 : distance);
}

static void numbered(uint16_t number)
{
    if (received == 0)
        position = bottom = 10 * 65536 + number;
    long here = position_of(number);
    unsigned cycle = (unsigned)(here / 65536) + 1;
    if (came[number] == cycle) {
        duplicated++;
        return;
    }
    came[number] = cycle;
    received++;
    if (here < position)
        reordered++;
    else
        position = here;
    if (here < bottom)
        bottom = here;
}

static void asked(int fd, uint16_t next)
{
    char line[160];
    long end = position_of(next);
    unsigned long all = (unsigned long)((end > position ? end : position + 1) - bottom);
    snprintf(line, sizeof line,
             "received %lu lost %lu duplicated %lu reordered %lu foreign %lu garbage %lu\n",
             received, all - received, duplicated, reordered, foreign, garbage);
    sendto(fd, line, strlen(line), 0, (struct sockaddr *)&sender, sizeof sender);
}

static void receive(int fd)
{
    static char rest[65536];
    struct head head = {0};
    struct sockaddr_in from = {0};
    struct iovec parts[2] = {{&head, sizeof head}, {rest, sizeof rest}};
    struct msghdr message = {
        .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = parts, .msg_iovlen = 2};
    ssize_t len = recvmsg(fd, &message, 0);
    if (len == -1)
        return;
    int known = received > 0;
    if (known &&
        (from.sin_addr.s_addr != sender.sin_addr.s_addr || from.sin_port != sender.sin_port)) {
        foreign++;
    } else if (len >= 4 && head.form[0] == 'N' && head.form[1] == '#') {
        sender = from;
        numbered(ntohs(head.number));
    } else if (known && len == 4 && head.form[0] == 'R' && head.form[1] == '?') {
        asked(fd, ntohs(head.number));
    } else {
        garbage++;
    }
}

int main(int argc, char *argv[])
{
    int port = 5002;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-p", 2) == 0 && argv[i][2])
            port = atoi(argv[i] + 2);
        else if (strcmp(argv[i], "-p") == 0 && i + 1 < argc)
            port = atoi(argv[++i]);
        else
            return fprintf(stderr, "usage: server [-p PORT]\n"), 2;
    }
    struct sockaddr_in where = {.sin_family = AF_INET};
    where.sin_port = htons((uint16_t)port);
    inet_pton(AF_INET, "127.0.0.1", &where.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where, sizeof where) == -1)
        return perror("server"), 1;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    for (;;)
        if (poll(&wait, 1, -1) == 1)
            receive(fd);
}
