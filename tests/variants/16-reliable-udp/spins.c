/* spins.c - never waits in a call for the socket: it looks again and again, with a short sleep. */
#include "sender.h"

int main(int argc, char *argv[])
{
    struct sender s = begin(argc, argv);
    fcntl(s.fd, F_SETFL, O_NONBLOCK);
    fill(&s);
    double until = now_ms() + s.rto;
    while (!done(&s)) {
        unsigned char ack[64];
        ssize_t n = recv(s.fd, ack, sizeof ack, 0);
        if (n == -1 && errno != EAGAIN)
            die("recv");
        bool news = n > 0 && take(&s, ack, n);
        if (n == -1)
            nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
        if (!news && now_ms() < until)
            continue;
        if (!news)
            timed_out(&s);
        fill(&s);
        until = now_ms() + s.rto;
    }
    return EXIT_SUCCESS;
}
