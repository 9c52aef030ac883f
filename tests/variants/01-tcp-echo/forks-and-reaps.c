/* forks-and-reaps.c - a process for each client. The first process keeps the connections too, and
 * closes each when it has waited for its process; a new process closes those of the others. */
#include "addr.h"
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

static struct client {
    pid_t pid;
    int fd;
} * clients;
static size_t count;

static void serve_client(int fd)
{
    char data[512];
    ssize_t n;
    while ((n = recv_some(fd, data, sizeof data)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            if (data[i] >= 'a' && data[i] <= 'z')
                data[i] = (char)(data[i] ^ ('a' ^ 'A'));
        if (send_all(fd, data, (size_t)n) == -1)
            return;
    }
}

static void reap(void)
{
    for (pid_t pid; (pid = waitpid(-1, NULL, WNOHANG)) > 0;)
        for (size_t i = 0; i < count; i++)
            if (clients[i].pid == pid) {
                close(clients[i].fd);
                clients[i--] = clients[--count];
            }
}

static void serve_apart(int conn_fd, const sigset_t *before)
{
    clients = realloc(clients, (count + 1) * sizeof *clients);
    if (!clients)
        die("realloc");
    pid_t pid = fork();
    if (pid == -1)
        die("fork");
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, before, NULL);
        for (size_t i = 0; i < count; i++)
            close(clients[i].fd);
        serve_client(conn_fd);
        _exit(0);
    }
    clients[count++] = (struct client){.pid = pid, .fd = conn_fd};
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    sigset_t ended, before;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, &before);
    int signal_fd = signalfd(-1, &ended, 0);
    if (signal_fd == -1)
        die("signalfd");
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on port %ld", port);
    for (;;) {
        struct pollfd events[2] = {{.fd = signal_fd, .events = POLLIN},
                                   {.fd = listen_fd, .events = POLLIN}};
        if (poll(events, 2, -1) == -1)
            continue;
        struct signalfd_siginfo info;
        if (events[0].revents && read(signal_fd, &info, sizeof info) == sizeof info)
            reap();
        if (!events[1].revents)
            continue;
        int conn_fd = accept_client(listen_fd, NULL);
        if (conn_fd == -1)
            die("accept");
        serve_apart(conn_fd, &before);
    }
}
