/* polls.h - the loop of the variants that poll, as the
 * model solution does, and differ in one constant only. */
#ifndef SOCKET_LABS_VARIANT_POLLS_H
#define SOCKET_LABS_VARIANT_POLLS_H
#include "table.h"

int main(int argc, char *argv[])
{
    int listen_fd = open_relay(argc, argv);
    fcntl(listen_fd, F_SETFL, O_NONBLOCK);
    static struct pollfd watch[1 + 2 * 1024];
    for (;;) {
        double wait = -1;
        watch[0] = (struct pollfd){.fd = listen_fd, .events = POLLIN};
        for (size_t i = 0; i < count; i++) {
            double its = watch_pair(pairs[i], &watch[1 + 2 * i]);
            if (its >= 0 && (wait < 0 || its < wait))
                wait = its;
        }
        poll(watch, 1 + 2 * count, wait < 0 ? -1 : (int)wait + 1);
        for (size_t i = 0; i < count; i++)
            serve_pair(pairs[i], &watch[1 + 2 * i]);
        remove_over();
        while (take_client(listen_fd))
            ;
    }
}

#endif
