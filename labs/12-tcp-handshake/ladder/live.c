/* live.c - waits for frames and signals; live.h describes the function. */
#include "live.h"

#include "tell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* A descriptor for the signals, so that poll(2) waits for them and for frames at once, and no
 * signal is missed in between (signalfd(2)). */
static int open_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGUSR1);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    int fd = signalfd(-1, &signals, SFD_CLOEXEC);
    if (fd == -1)
        die("signalfd");
    return fd;
}

/* Gives what is in the ring to the output. Returns false when the output is full. */
static bool take_ring(struct capture *capture, struct output *out)
{
    struct captured frame;
    while (!is_full(out) && next_captured(capture, &frame))
        if (put_frame(out, capture->link, &frame) == -1)
            die(WRITING);
    if (flush_output(out) == -1)
        die(WRITING);
    return !is_full(out);
}

/* Takes all that the kernel has seen so far. Some of it may be in a block that is not ours yet.
 * Returns false when the output is full. */
static bool drain(struct capture *capture, struct output *out)
{
    struct pollfd ring = {.fd = capture->fd, .events = POLLIN};
    if (count_captured(capture) == -1)
        die("getsockopt PACKET_STATISTICS");
    while (take_ring(capture, out)) {
        if (capture->taken + capture->dropped >= capture->counted || poll(&ring, 1, 1000) == 0)
            return true;
    }
    return false;
}

/* Takes the signal. Returns true to go on, false to end. */
static bool hear_signal(int fd, struct capture *capture, struct output *out)
{
    struct signalfd_siginfo signal;
    if (read(fd, &signal, sizeof signal) != sizeof signal)
        die("read a signal");
    bool more = drain(capture, out);
    if (more && signal.ssi_signo == SIGUSR1)
        tell_count(capture, out, " so far");
    return more && signal.ssi_signo == SIGUSR1;
}

void capture_frames(const struct options *opt, struct output *out, struct capture *capture)
{
    int signal_fd = open_signals();
    if (open_capture(capture, opt->interface) == -1)
        die("capture on %s%s", opt->interface,
            errno == EPERM ? " (it needs CAP_NET_RAW: try it in scripts/netbox)" : "");
    if (begin_output(out, capture->link) == -1)
        die(WRITING);
    tell("listening on %s", opt->interface);
    struct pollfd ready[] = {{.fd = capture->fd, .events = POLLIN},
                             {.fd = signal_fd, .events = POLLIN}};
    bool more = true;
    while (more) {
        if (poll(ready, 2, -1) == -1) {
            if (errno == EINTR)
                continue;
            die("poll");
        }
        socklen_t len = sizeof errno;
        if (ready[0].revents & POLLERR && /* the interface is gone, or down */
            (getsockopt(capture->fd, SOL_SOCKET, SO_ERROR, &errno, &len) == -1 || errno != 0))
            die("capture on %s", opt->interface);
        more = take_ring(capture, out);
        if (more && ready[1].revents & POLLIN)
            more = hear_signal(signal_fd, capture, out);
    }
    if (count_captured(capture) == -1)
        die("getsockopt PACKET_STATISTICS");
}
