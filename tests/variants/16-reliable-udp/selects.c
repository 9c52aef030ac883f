/* selects.c - waits with select, and takes all that has come before it sends. */
#include "sender.h"

#include <sys/select.h>

int main(int argc, char *argv[])
{
    struct sender s = begin(argc, argv);
    unsigned char ack[2048];
    fill(&s);
    double until = now_ms() + s.rto;
    while (!done(&s)) {
        double left = until - now_ms();
        if (left <= 0) {
            timed_out(&s);
            fill(&s);
            until = now_ms() + s.rto;
            continue;
        }
        struct timeval patience = {(time_t)(left / 1000), (suseconds_t)(left * 1000) % 1000000};
        fd_set set;
        FD_ZERO(&set);
        FD_SET(s.fd, &set);
        if (select(s.fd + 1, &set, NULL, NULL, &patience) <= 0)
            continue;
        ssize_t n = recv(s.fd, ack, sizeof ack, MSG_DONTWAIT);
        if (n == -1 && errno != EAGAIN)
            die("recv");
        if (take(&s, ack, n)) {
            fill(&s);
            until = now_ms() + s.rto;
        }
    }
    return EXIT_SUCCESS;
}
