/* ticks.c - a right program of another shape: looks
 * at everything every two milliseconds, ready or not. */
#include "table.h"

int main(int argc, char *argv[])
{
    int listen_fd = open_relay(argc, argv);
    fcntl(listen_fd, F_SETFL, O_NONBLOCK);
    for (struct pollfd two[2];;) {
        while (take_client(listen_fd))
            ;
        for (size_t i = 0; i < count; i++) {
            watch_pair(pairs[i], two);
            poll(two, 2, 0);
            serve_pair(pairs[i], two);
        }
        remove_over();
        poll(NULL, 0, 2);
    }
}
