/* selects.c - a right program of another shape: select instead of poll. */
#include "table.h"

#include <sys/select.h>

int main(int argc, char *argv[])
{
    int listen_fd = open_relay(argc, argv);
    fcntl(listen_fd, F_SETFL, O_NONBLOCK);
    for (;;) {
        static struct pollfd watch[2 * 1024];
        fd_set in, out, odd;
        double wait = 1000;
        int most = listen_fd;
        FD_ZERO(&in);
        FD_ZERO(&out);
        FD_ZERO(&odd);
        FD_SET(listen_fd, &in);
        for (size_t i = 0; i < count; i++) {
            double its = watch_pair(pairs[i], &watch[2 * i]);
            wait = its >= 0 && its < wait ? its : wait;
            for (size_t k = 2 * i; k < 2 * i + 2; k++) {
                if (watch[k].fd == -1)
                    continue;
                if (watch[k].events & POLLIN)
                    FD_SET(watch[k].fd, &in);
                if (watch[k].events & POLLOUT)
                    FD_SET(watch[k].fd, &out);
                most = watch[k].fd > most ? watch[k].fd : most;
            }
        }
        struct timeval time = {.tv_sec = (long)wait / 1000,
                               .tv_usec = (long)wait % 1000 * 1000 + 999};
        select(most + 1, &in, &out, &odd, &time);
        for (size_t i = 0; i < count; i++) {
            poll(&watch[2 * i], 2,
                 0); /* which of them has an error: select tells only that it can be read */
            serve_pair(pairs[i], &watch[2 * i]);
        }
        remove_over();
        while (take_client(listen_fd))
            ;
    }
}
