/* timeouts.c - a variant: accept waits 20 ms at most, and a flag is looked at in between. */
#include "server.h"

#include <fcntl.h>
#include <sys/time.h>

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    if (stop_on_signals() == -1)
        die("sigaction");
    int listen_fd = listen_or_die(wish.port, 0);
    struct timeval patience = {.tv_usec = 20000};
    if (setsockopt(listen_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == -1)
        die("setsockopt SO_RCVTIMEO");
    take_all_clients(listen_fd);
    puts("ready");
    bool some = true;
    while (!stop || some) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        some = conn_fd != -1 || errno == ECONNABORTED || errno == EINTR;
        if (conn_fd != -1)
            answer(conn_fd, wish.name);
    }
}
