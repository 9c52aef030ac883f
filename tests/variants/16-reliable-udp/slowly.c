/* slowly.c - after a time-out it sends one packet, then two,
 * four, until the window is full again: TCP's slow start. */
#include "sender.h"

int main(int argc, char *argv[])
{
    struct sender s = begin(argc, argv);
    const uint32_t allowed = s.window;
    while (!done(&s)) {
        fill(&s);
        bool news = false;
        double until = now_ms() + s.rto;
        for (double left; !news && (left = until - now_ms()) > 0;) {
            unsigned char ack[64];
            if (poll(&(struct pollfd){.fd = s.fd, .events = POLLIN}, 1, (int)left + 1) <= 0)
                continue;
            ssize_t n = recv(s.fd, ack, sizeof ack, 0);
            if (n == -1)
                die("recv");
            news = take(&s, ack, n);
        }
        s.window = news ? 2 * s.window : 1;
        if (s.window > allowed)
            s.window = allowed;
        if (!news)
            timed_out(&s);
    }
    return EXIT_SUCCESS;
}
