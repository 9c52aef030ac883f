/* pauses.c - a variant: ppoll lets SIGTERM in only
 * while it waits, and looks for it after each client. */
#include "server.h"

#include <time.h>

static void ignore(int signal)
{
    (void)signal;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    sigset_t set, nothing;
    sigemptyset(&nothing);
    block_sigterm(&set);
    if (sigaction(SIGTERM, &(struct sigaction){.sa_handler = ignore}, NULL) == -1)
        die("sigaction");
    int listen_fd = listen_or_die(wish.port, SOCK_NONBLOCK);
    take_all_clients(listen_fd);
    write_all(STDOUT_FILENO, "ready\n", 6);
    struct pollfd work = {.fd = listen_fd, .events = POLLIN};
    while (ppoll(&work, 1, NULL, &nothing) != -1 &&
           sigtimedwait(&set, NULL, &(struct timespec){0}) != SIGTERM)
        while (answer_next(listen_fd, wish.name))
            continue;
    while (answer_next(listen_fd, wish.name))
        continue;
}
