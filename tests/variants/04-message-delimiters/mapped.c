/* mapped.c - an IPv6 socket, bound to the IPv4 address 127.0.0.1 in
 * IPv6 form; reads ahead into a buffer of four megabytes, and
 * answers all complete messages of it at once. No helper of common/. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 4 << 20 };

static unsigned char in[ROOM], out[ROOM];

static bool send_out(int fd, size_t len)
{
    for (size_t sent = 0; sent < len;) {
        ssize_t n = send(fd, out + sent, len - sent, 0);
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return true;
}

static void serve(int fd, uint32_t longest)
{
    size_t have = 0;
    for (ssize_t n; (n = recv(fd, in + have, ROOM - have, 0)) > 0;) {
        size_t at = 0, answers = 0;
        uint32_t len = 0;
        have += (size_t)n;
        while (have - at >= 4) {
            memcpy(&len, in + at, 4);
            len = ntohl(len);
            if (len > longest || have - at - 4 < len)
                break;
            memcpy(out + answers, in + at, 4);
            for (uint32_t i = 0; i < len; i++)
                out[answers + 4 + i] = in[at + 4 + len - 1 - i];
            answers += 4 + len;
            at += 4 + len;
        }
        if (!send_out(fd, answers) || (have - at >= 4 && len > longest))
            return;
        have -= at;
        memmove(in, in + at, have);
    }
}

int main(int argc, char *argv[])
{
    struct sockaddr_in6 addr = {.sin6_family = AF_INET6, .sin6_port = htons(5004)};
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &addr.sin6_addr);
    uint32_t longest = 1024;
    for (int c; (c = getopt(argc, argv, "l:p:")) != -1;) {
        if (c == 'l')
            longest = (uint32_t)strtoul(optarg, NULL, 10);
        else if (c == 'p')
            addr.sin6_port = htons((uint16_t)strtoul(optarg, NULL, 10));
        else
            return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int fd, listen_fd = socket(AF_INET6, SOCK_STREAM, 0);
    setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listen_fd, (struct sockaddr *)&addr, sizeof addr) == -1 || listen(listen_fd, 5) == -1)
        return perror("server"), 1;
    while ((fd = accept(listen_fd, NULL, NULL)) != -1) {
        serve(fd, longest);
        close(fd);
    }
    return perror("server: accept"), 1;
}
