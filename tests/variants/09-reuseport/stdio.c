/* stdio.c - a variant: a client is a FILE. */
#include "server.h"

static bool print_to_next(int listen_fd, const char *name)
{
    int conn_fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (conn_fd == -1)
        return errno != EAGAIN;
    FILE *client = fdopen(conn_fd, "w");
    if (!client)
        die("fdopen");
    fprintf(client, "%s\n", name);
    fclose(client);
    return true;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    int signal_fd = catch_sigterm(), listen_fd = listen_or_die(wish.port, SOCK_NONBLOCK);
    take_all_clients(listen_fd);
    printf("ready, at port %u\n", wish.port);
    struct pollfd work[] = {{.fd = signal_fd, .events = POLLIN},
                            {.fd = listen_fd, .events = POLLIN}};
    while (poll(work, 2, -1) != -1 && work[0].revents == 0)
        print_to_next(listen_fd, wish.name);
    while (print_to_next(listen_fd, wish.name))
        continue;
}
