/* serve.c - answers clients; serve.h says what each function promises. */
#include "serve.h"

#include "diag.h"
#include "handover.h"
#include "io.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

bool answer_next(int listen_fd, const char *name)
{
    char text[80];
    int len = snprintf(text, sizeof text, "%s\n", name);
    int conn_fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);
    trace("accept(%d) = %d", listen_fd, conn_fd);
    if (conn_fd == -1)
        return errno == ECONNABORTED ||
               errno == EINTR; /* that one has left; there may be another */
    if (send_all(conn_fd, text, (size_t)len) == -1)
        trace("lost a client: %s", errno_name(errno));
    close(conn_fd);
    return true;
}

int catch_signals(void)
{
    sigset_t asked_to_stop;
    sigemptyset(&asked_to_stop);
    sigaddset(&asked_to_stop, SIGINT);
    sigaddset(&asked_to_stop, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &asked_to_stop, NULL) == -1)
        return -1;
    return signalfd(-1, &asked_to_stop, SFD_CLOEXEC);
}

int serve_clients(int listen_fd, int signal_fd, int heir_fd, const char *name)
{
    /* A signal that only interrupts poll would be forgotten if it came just before, and ppoll(2)
     * lets none in as long as a client waits. A descriptor is seen in both cases. */
    struct pollfd work[] = {{.fd = signal_fd, .events = POLLIN},
                            {.fd = heir_fd, .events = POLLIN},
                            {.fd = listen_fd, .events = POLLIN}};
    while (poll(work, 3, -1) > 0) {
        if (work[0].revents)
            return 0;
        /* An heir may have gone before it got the socket: then this worker goes on. */
        if (work[1].revents && hand_on(heir_fd, listen_fd) == 0)
            return 0;
        if (!answer_next(listen_fd, name) && errno != EAGAIN)
            return -1;
    }
    return -1;
}
