/* polls.c - ppoll lets SIGTERM through only while it waits, so no signal comes between the question
 * and the wait. It takes all the clients that are there before it asks again. */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    sigset_t term, before;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, &before);
    if (stop_on_signals() == -1)
        die("sigaction");
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    struct pollfd clients = {.fd = tcp_listen(&where), .events = POLLIN};
    if (clients.fd == -1)
        die("port %ld", port);
    fcntl(clients.fd, F_SETFL, O_NONBLOCK);
    for (unsigned number = 1; !stop;) {
        if (ppoll(&clients, 1, NULL, &before) == -1 && errno != EINTR)
            die("ppoll");
        for (int fd; (fd = accept(clients.fd, NULL, NULL)) != -1; number++) {
            char hello[32];
            send_all(fd, hello, (size_t)snprintf(hello, sizeof hello, "hello %u\n", number));
            close(fd);
        }
    }
}
