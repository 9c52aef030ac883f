/* rcvtimeo.c - waits in recv itself, by SO_RCVTIMEO. */
#include "sender.h"

#include <sys/time.h>

static bool await(struct sender *s)
{
    unsigned char ack[64];
    double until = now_ms() + s->rto;
    for (double left; (left = until - now_ms()) > 0;) {
        struct timeval patience = {(time_t)(left / 1000), (suseconds_t)(left * 1000) % 1000000 + 1};
        setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ssize_t n = recv(s->fd, ack, sizeof ack, 0);
        if (n == -1 && errno != EAGAIN && errno != EINTR)
            die("recv");
        if (n > 0 && take(s, ack, n))
            return true;
    }
    return false;
}

int main(int argc, char *argv[])
{
    struct sender s = begin(argc, argv);
    while (!done(&s)) {
        fill(&s);
        if (!await(&s))
            timed_out(&s);
    }
    return EXIT_SUCCESS;
}
