/* server.c - the gap report that receives up to 64 datagrams by one call of recvmmsg. It keeps four
 * bytes of each, and MSG_TRUNC tells how long it was. */
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BATCH = 64 };

struct numbers {
    int64_t lowest, highest;
    uint64_t received, duplicated, reordered;
    uint8_t came[65536 / 8];
};

static bool flag(const struct numbers *n, int64_t at)
{
    return n->came[at % 65536 / 8] >> at % 8 & 1;
}

static void set_flag(struct numbers *n, int64_t at, bool on)
{
    unsigned bit = 1U << at % 8, old = n->came[at % 65536 / 8];
    n->came[at % 65536 / 8] = (uint8_t)(on ? old | bit : old & ~bit);
}

static int64_t nearest(int64_t to, unsigned bits)
{
    int64_t candidate = to - to % 65536 + bits;
    if (candidate - to > 32767)
        return candidate - 65536;
    return to - candidate > 32767 ? candidate + 65536 : candidate;
}

static void note(struct numbers *n, unsigned bits)
{
    if (n->received == 0)
        n->lowest = n->highest = 65536 * 4 + bits;
    int64_t number = nearest(n->highest, bits);
    while (n->highest < number)
        set_flag(n, ++n->highest, false);
    if (flag(n, number)) {
        n->duplicated++;
        return;
    }
    set_flag(n, number, true);
    n->received++;
    n->reordered += number < n->highest;
    n->lowest = number < n->lowest ? number : n->lowest;
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

    static struct numbers numbers;
    static unsigned char data[BATCH][4];
    static struct sockaddr_in from[BATCH], sender;
    uint64_t foreign = 0, garbage = 0;
    for (;;) {
        struct iovec parts[BATCH];
        struct mmsghdr all[BATCH] = {0};
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){.iov_base = data[i], .iov_len = 4};
            all[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
            all[i].msg_hdr.msg_name = &from[i];
            all[i].msg_hdr.msg_namelen = sizeof from[i];
        }
        int count = recvmmsg(fd, all, BATCH, MSG_WAITFORONE | MSG_TRUNC, NULL);
        if (count == -1 && errno != EINTR)
            die("recvmmsg");
        for (int i = 0; i < count; i++) {
            unsigned len = all[i].msg_len, bits = (unsigned)data[i][2] << 8 | data[i][3];
            bool known = sender.sin_port != 0;
            if (known && memcmp(&sender, &from[i], sizeof sender) != 0) {
                foreign++;
            } else if (len >= 4 && memcmp(data[i], "N#", 2) == 0) {
                sender = from[i];
                note(&numbers, bits);
            } else if (known && len == 4 && memcmp(data[i], "R?", 2) == 0) {
                int64_t end = nearest(numbers.highest, bits);
                if (end <= numbers.highest)
                    end = numbers.highest + 1;
                char text[256];
                int n =
                    snprintf(text, sizeof text,
                             "received %ju lost %ju duplicated %ju reordered %ju foreign %ju "
                             "garbage %ju\n",
                             numbers.received, (uint64_t)(end - numbers.lowest) - numbers.received,
                             numbers.duplicated, numbers.reordered, foreign, garbage);
                sendto(fd, text, (size_t)n, 0, (struct sockaddr *)&sender, sizeof sender);
            } else {
                garbage++;
            }
        }
    }
}
