/* server.c - the gap report in two processes: the parent receives, and
 * hands each datagram on through a socketpair that keeps them apart; the
 * child counts, and answers through the socket that it has inherited. */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct item {
    struct sockaddr_in from;
    ssize_t len;
    unsigned char data[8];
};

struct state {
    int64_t low, high;
    long got, twice, late, foreign, garbage;
    bool flags[65536];
};

static int64_t unwrap(int64_t near, uint16_t bits)
{
    int64_t up = near + (uint16_t)(bits - (uint16_t)near);
    return up - near < 32768 ? up : up - 65536;
}

static void note(struct state *s, uint16_t bits)
{
    int64_t n = s->got ? unwrap(s->high, bits) : 1000000 - 1000000 % 65536 + bits;
    if (s->got == 0)
        s->low = s->high = n;
    for (int64_t i = s->high + 1; i <= n; i++)
        s->flags[i & 65535] = false;
    if (s->flags[n & 65535]) {
        s->twice++;
        return;
    }
    s->flags[n & 65535] = true;
    s->got++;
    s->late += n < s->high;
    s->high = n > s->high ? n : s->high;
    s->low = n < s->low ? n : s->low;
}

static void answer(const struct state *s, int fd, const struct sockaddr_in *to, uint16_t next)
{
    int64_t end = unwrap(s->high, next);
    if (end <= s->high)
        end = s->high + 1;
    dprintf(STDERR_FILENO, "a question: next is %u\n", next);
    char text[300];
    int n = sprintf(
        text, "received %ld lost %ld duplicated %ld reordered %ld foreign %ld garbage %ld\n",
        s->got, (long)(end - s->low) - s->got, s->twice, s->late, s->foreign, s->garbage);
    sendto(fd, text, (size_t)n, 0, (const struct sockaddr *)to, sizeof *to);
}

_Noreturn static void count(int pair, int fd)
{
    static struct state state;
    struct sockaddr_in sender = {0};
    for (struct item item; recv(pair, &item, sizeof item, 0) > 0;) {
        uint16_t bits = (uint16_t)(item.data[2] << 8 | item.data[3]);
        if (state.got > 0 && (item.from.sin_port != sender.sin_port ||
                              item.from.sin_addr.s_addr != sender.sin_addr.s_addr))
            state.foreign++;
        else if (item.len >= 4 && memcmp(item.data, "N#", 2) == 0) {
            sender = item.from;
            note(&state, bits);
        } else if (state.got > 0 && item.len == 4 && memcmp(item.data, "R?", 2) == 0)
            answer(&state, fd, &sender, bits);
        else
            state.garbage++;
    }
    _exit(0);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5002;
    for (int c; (c = next_option(argc, argv, "p:", "usage: server [-v] [-p PORT]")) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where;
    if (resolve("127.0.0.1", (uint16_t)port, &where) != 0)
        die_plain("no such address");
    int pair[2], fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("bind");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1)
        die("socketpair");
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(pair[0]);
        count(pair[1], fd);
    }
    close(pair[1]);
    for (;;) {
        struct item item = {.len = 0};
        socklen_t from_len = sizeof item.from;
        item.len = recvfrom(fd, item.data, sizeof item.data, MSG_TRUNC,
                            (struct sockaddr *)&item.from, &from_len);
        if (item.len >= 0 && send(pair[0], &item, sizeof item, MSG_NOSIGNAL) == -1)
            die("send");
    }
}
