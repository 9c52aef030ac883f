/* server.c - a model solution: the rolling restart, by steering all clients to the newest one. */
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] =
    "usage: server [-v] [-n NAME] [-p PORT]\n"
    "Answers each client with NAME. The next one takes over without a loss.\n\n"
    "  -n NAME  what it answers (server)\n"
    "  -p PORT  the port to share on 127.0.0.1 (5009)";

/* SIGTERM becomes something to read, so that it can neither come too early nor be missed. */
static int catch_sigterm(void)
{
    sigset_t asked_to_stop;
    sigemptyset(&asked_to_stop);
    sigaddset(&asked_to_stop, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &asked_to_stop, NULL) == -1)
        die("sigprocmask");
    int signal_fd = signalfd(-1, &asked_to_stop, SFD_CLOEXEC);
    if (signal_fd == -1)
        die("signalfd");
    return signal_fd;
}

static int open_listener(uint16_t port)
{
    struct sockaddr_in where = {.sin_family = AF_INET};
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listen_fd == -1)
        die("socket");
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int)) == -1)
        die("setsockopt SO_REUSEPORT");
    if (bind(listen_fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("bind port %u", port);
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen on port %u", port);
    return listen_fd;
}

/* Beside the older one this is number 1. Alone it is number 0, and the kernel takes it: the
 * only one that there is. */
static void take_all_clients(int listen_fd)
{
    struct sock_filter always_one = BPF_STMT(BPF_RET | BPF_K, 1);
    struct sock_fprog program = {.len = 1, .filter = &always_one};
    if (setsockopt(listen_fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == -1)
        die("setsockopt SO_ATTACH_REUSEPORT_CBPF");
}

/* Answers one client. Returns false if none waits. */
static bool answer_next(int listen_fd, const char *name)
{
    int conn_fd = accept(listen_fd, NULL, NULL);
    if (conn_fd == -1 && errno == EAGAIN)
        return false;
    if (conn_fd == -1 && (errno == ECONNABORTED || errno == EINTR))
        return true; /* that one has left, and there may be another */
    if (conn_fd == -1)
        die("accept");
    if (send_all(conn_fd, name, strlen(name)) == -1 || send_all(conn_fd, "\n", 1) == -1)
        trace("lost a client: %s", errno_name(errno));
    close(conn_fd);
    return true;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *name = "server";
    long port = 5009;
    for (int c; (c = next_option(argc, argv, "n:p:", help)) != -1;) {
        if (c == 'n')
            name = optarg;
        else
            port = number_option(c, "a port", 0, 65535);
    }

    int signal_fd = catch_sigterm();
    int listen_fd = open_listener((uint16_t)port);
    take_all_clients(listen_fd);
    puts("ready");
    struct pollfd work[] = {{.fd = signal_fd, .events = POLLIN},
                            {.fd = listen_fd, .events = POLLIN}};
    while (poll(work, 2, -1) != -1 && work[0].revents == 0)
        answer_next(listen_fd, name);
    /* The clients that came before the newer one took over wait here. */
    while (answer_next(listen_fd, name))
        continue;
    close(listen_fd);
    return EXIT_SUCCESS;
}
