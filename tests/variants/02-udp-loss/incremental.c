/* server.c - the gap report that keeps a running count of the lost: a gap adds to it, a late number
 * takes one off. It knows 16-bit numbers only, and how far the lowest is behind the highest. */
#include "diag.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    uint32_t address;
    uint16_t port;
} peer;

static enum { ABSENT, PRESENT } flags[1 << 16];
static uint16_t top;   /* the highest number so far */
static long depth;     /* how many numbers lie between the lowest and the highest */
static long gaps;      /* how many of them have not come */
static long counts[4]; /* received, duplicated, reordered, foreign */
static long garbage;

static void count_number(uint16_t number)
{
    if (counts[0] == 0) {
        top = number;
        flags[number] = PRESENT;
        counts[0] = 1;
        return;
    }
    uint16_t ahead = (uint16_t)(number - top), behind = (uint16_t)(top - number);
    if (ahead != 0 && ahead < 32768) {
        while (++top != number) {
            flags[top] = ABSENT;
            gaps++;
        }
        flags[top] = PRESENT;
        counts[0]++;
        depth += ahead;
    } else if (flags[number] == PRESENT) {
        counts[1]++;
    } else {
        flags[number] = PRESENT;
        counts[0]++;
        counts[2]++;
        if (behind > depth) {
            gaps += behind - depth - 1;
            depth = behind;
        } else
            gaps--;
    }
}

static long lost_before(uint16_t next)
{
    uint16_t ahead = (uint16_t)(next - top);
    return ahead > 1 && ahead < 32768 ? gaps + ahead - 1 : gaps;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", "usage: server [-v] [-p PORT]")) != -1;)
        port = number_option(c, "a port", 0, 65535);
    int fd = socket(PF_INET, SOCK_DGRAM, IPPROTO_UDP);
    struct sockaddr_in here;
    memset(&here, 0, sizeof here);
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = inet_addr("127.0.0.1");
    here.sin_port = htons((uint16_t)port);
    if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here) < 0) {
        perror("server");
        return EXIT_FAILURE;
    }
    peer sender = {0, 0};
    unsigned char *buffer = malloc(1 << 20);
    while (buffer) {
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        ssize_t got = recvfrom(fd, buffer, 1 << 20, 0, (struct sockaddr *)&from, &size);
        if (got < 0) {
            perror("server");
            continue;
        }
        uint16_t number;
        memcpy(&number, buffer + 2, 2);
        number = ntohs(number);
        bool numbered = got > 3 && buffer[0] == 'N' && buffer[1] == '#';
        if (counts[0] == 0 && numbered)
            sender = (peer){from.sin_addr.s_addr, from.sin_port};
        if (counts[0] == 0 && !numbered)
            garbage++;
        else if (from.sin_addr.s_addr != sender.address || from.sin_port != sender.port)
            counts[3]++;
        else if (numbered)
            count_number(number);
        else if (got == 4 && buffer[0] == 'R' && buffer[1] == '?') {
            char *line = NULL;
            int len =
                asprintf(&line,
                         "received %ld lost %ld duplicated %ld reordered %ld foreign %ld "
                         "garbage %ld\n",
                         counts[0], lost_before(number), counts[1], counts[2], counts[3], garbage);
            if (len > 0)
                sendto(fd, line, (size_t)len, MSG_NOSIGNAL, (struct sockaddr *)&from, size);
            free(line);
        } else
            garbage++;
    }
    return EXIT_FAILURE;
}
