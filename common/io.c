/* io.c - sends, writes and reads all of it; io.h says what each function promises. */
#include "io.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

volatile sig_atomic_t stop;

static void on_stop_signal(int signal_number)
{
    (void)signal_number;
    stop = 1;
    /* If the signal comes just after the program has looked at `stop`,
     * the blocking call that follows is not interrupted. So we ask for
     * one more signal every second, until the program ends. */
    alarm(1);
}

int stop_on_signals(void)
{
    struct sigaction action = {.sa_handler = on_stop_signal}; /* without SA_RESTART: calls return */
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGALRM, &action, NULL) == -1 || sigaction(SIGINT, &action, NULL) == -1)
        return -1;
    return sigaction(SIGTERM, &action, NULL);
}

static bool try_again(void)
{
    return errno == EINTR && !stop;
}

/* Calls `put` until all bytes are taken. write(2) and send(2) may take fewer than you give them. */
static int put_all(ssize_t (*put)(int, const void *, size_t), int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = put(fd, data, len);
        if (n == -1 && try_again())
            continue;
        if (n == -1)
            return -1;
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

/* Without MSG_NOSIGNAL, sending on a connection that is gone kills the program by SIGPIPE. */
static ssize_t send_nosignal(int fd, const void *data, size_t len)
{
    return send(fd, data, len, MSG_NOSIGNAL);
}

int send_all(int fd, const void *data, size_t len)
{
    return put_all(send_nosignal, fd, data, len);
}

int write_all(int fd, const void *data, size_t len)
{
    return put_all(write, fd, data, len);
}

ssize_t recv_some(int fd, void *data, size_t len)
{
    ssize_t n;
    do
        n = recv(fd, data, len, 0);
    while (n == -1 && try_again());
    return n;
}

ssize_t recv_exact(int fd, void *data, size_t len)
{
    size_t have = 0;
    while (have < len) {
        ssize_t n = recv_some(fd, (char *)data + have, len - have);
        if (n == -1)
            return -1;
        if (n == 0)
            break;
        have += (size_t)n;
    }
    return (ssize_t)have;
}
