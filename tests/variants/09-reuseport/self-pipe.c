/* self-pipe.c - a variant: a handler writes into a
 * pipe, and select waits for that and for clients. */
#include "server.h"

#include <fcntl.h>
#include <sys/select.h>

static int ends[2];

static void wake(int signal)
{
    int error = errno;
    if (write(ends[1], "!", 1) == -1)
        signal = 0; /* the pipe is full, so it will be seen */
    errno = error;
    (void)signal;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    struct sigaction action = {.sa_handler = wake, .sa_flags = SA_RESTART};
    if (pipe2(ends, O_NONBLOCK) == -1 || sigaction(SIGTERM, &action, NULL) == -1)
        die("prepare for SIGTERM");
    int listen_fd = listen_or_die(wish.port, SOCK_NONBLOCK);
    take_all_clients(listen_fd);
    puts("ready");
    for (bool asked = false; !asked;) {
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(listen_fd, &ready);
        FD_SET(ends[0], &ready);
        if (select((listen_fd > ends[0] ? listen_fd : ends[0]) + 1, &ready, NULL, NULL, NULL) == -1)
            continue;
        asked = FD_ISSET(ends[0], &ready);
        if (FD_ISSET(listen_fd, &ready))
            answer_next(listen_fd, wish.name);
    }
    while (answer_next(listen_fd, wish.name))
        continue;
}
