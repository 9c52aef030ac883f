/* server.c - the gap report over an IPv6 socket that is bound to ::ffff:127.0.0.1, which is
 * 127.0.0.1. It remembers all numbers that came, in ranges: those that touch are joined. */
#include "diag.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct range {
    int64_t from, to;
};

static struct range *ranges; /* in their order, and none touches the next */
static size_t count, room;
static int64_t received, duplicated, reordered, foreign, garbage;

static int64_t lowest(void)
{
    return ranges[0].from;
}

static int64_t highest(void)
{
    return ranges[count - 1].to;
}

static void insert_range(size_t at, int64_t number)
{
    if (count == room) {
        room = room ? 2 * room : 8;
        ranges = realloc(ranges, room * sizeof *ranges);
        if (!ranges)
            die("realloc");
    }
    memmove(ranges + at + 1, ranges + at, (count - at) * sizeof *ranges);
    ranges[at] = (struct range){number, number};
    count++;
}

/* False if the number came before. */
static bool add(int64_t number)
{
    size_t at = count; /* the first range that begins after the number */
    while (at > 0 && ranges[at - 1].from > number)
        at--;
    if (at > 0 && ranges[at - 1].to >= number)
        return false;
    bool joins_left = at > 0 && ranges[at - 1].to == number - 1;
    bool joins_right = at < count && ranges[at].from == number + 1;
    if (joins_left && joins_right) {
        ranges[at - 1].to = ranges[at].to;
        memmove(ranges + at, ranges + at + 1, (count - at - 1) * sizeof *ranges);
        count--;
    } else if (joins_left)
        ranges[at - 1].to = number;
    else if (joins_right)
        ranges[at].from = number;
    else
        insert_range(at, number);
    return true;
}

static int64_t nearest(uint16_t bits)
{
    uint16_t top = (uint16_t)highest();
    return highest() + (int16_t)(uint16_t)(bits - top);
}

static void note(uint16_t bits)
{
    int64_t number = count > 0 ? nearest(bits) : (int64_t)bits;
    bool late = count > 0 && number < highest();
    if (!add(number))
        duplicated++;
    else {
        received++;
        reordered += late;
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", "usage: server [-v] [-p PORT]")) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct sockaddr_in6 where = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &where.sin6_addr);
    int fd = socket(AF_INET6, SOCK_DGRAM, 0), off = 0;
    if (fd == -1 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == -1 ||
        bind(fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind");
    struct sockaddr_in6 sender = {0};
    for (;;) {
        unsigned char data[70000];
        struct sockaddr_in6 from;
        socklen_t from_len = sizeof from;
        ssize_t len = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&from, &from_len);
        if (len == -1)
            die("recvfrom");
        bool same = from.sin6_port == sender.sin6_port &&
                    IN6_ARE_ADDR_EQUAL(&from.sin6_addr, &sender.sin6_addr);
        if (count > 0 && !same) {
            foreign++;
        } else if (len >= 4 && memcmp(data, "N#", 2) == 0) {
            sender = from;
            note((uint16_t)(data[2] << 8 | data[3]));
        } else if (count > 0 && len == 4 && memcmp(data, "R?", 2) == 0) {
            int64_t end = nearest((uint16_t)(data[2] << 8 | data[3])), lost = -received;
            lost += (end > highest() ? end : highest() + 1) - lowest();
            char text[256];
            int n = snprintf(
                text, sizeof text,
                "received %jd lost %jd duplicated %jd reordered %jd foreign %jd garbage %jd\n",
                received, lost, duplicated, reordered, foreign, garbage);
            sendto(fd, text, (size_t)n, 0, (struct sockaddr *)&from, from_len);
        } else
            garbage++;
    }
}
