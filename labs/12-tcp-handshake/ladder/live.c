/* live.c - waits for frames and signals; live.h describes the function. */
#include "live.h"

#include "firewall.h"
#include "tell.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define HEARING "hear the firewall"

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

/* Where the frames come from, and where they go. */
struct live {
    struct capture *capture;
    struct firewall firewall;
    uint32_t missed; /* of firewall.missed: what has been printed so far */
    uint64_t told;   /* the number of the last block of which the firewall has told everything */
    struct output *out;
};

/* Has the firewall tell of all frames of this block, and of those that are ours behind it: one wait
 * for several, because a block may fill up in less time than that takes. */
static void hear_of_block(struct live *live)
{
    if (live->capture->number <= live->told)
        return;
    live->told = live->capture->number + count_blocks(live->capture) - 1;
    if (hear_firewall_out(&live->firewall) == -1)
        die(HEARING);
}

static bool is_lost(struct live *live, const struct captured *frame)
{
    if (live->firewall.fd == -1)
        return false;
    hear_of_block(live);
    return take_drop(live->firewall.drops, live->capture->link, frame);
}

/* Gives what is in the ring to the output. Returns false when the output is full. */
static bool take_ring(struct live *live)
{
    struct captured frame;
    while (!is_full(live->out) && next_captured(live->capture, &frame)) {
        frame.lost = is_lost(live, &frame);
        if (put_frame(live->out, &frame) == -1)
            die(WRITING);
    }
    if (flush_output(live->out) == -1)
        die(WRITING);
    return !is_full(live->out);
}

/* Takes all that the kernel has seen so far. Some of it may be in a block that is not ours yet.
 * Returns false when the output is full. */
static bool drain(struct live *live)
{
    struct capture *capture = live->capture;
    struct pollfd ring = {.fd = capture->fd, .events = POLLIN};
    if (count_captured(capture) == -1)
        die("getsockopt PACKET_STATISTICS");
    while (take_ring(live)) {
        if (capture->taken + capture->dropped >= capture->counted || poll(&ring, 1, 1000) == 0)
            return true;
    }
    return false;
}

/* Takes the signal. Returns true to go on, false to end. */
static bool hear_signal(int fd, struct live *live)
{
    struct signalfd_siginfo signal;
    if (read(fd, &signal, sizeof signal) != sizeof signal)
        die("read a signal");
    bool more = drain(live);
    if (more && signal.ssi_signo == SIGUSR1) {
        if (live->firewall.missed > live->missed)
            tell_missed(live->firewall.missed);
        live->missed = live->firewall.missed;
        tell_count(live->capture, live->out, " so far");
    }
    return more && signal.ssi_signo == SIGUSR1;
}

static void open_live(const struct options *opt, struct live *live)
{
    if (open_capture(live->capture, opt->interface) == -1)
        die("capture on %s%s", opt->interface,
            errno == EPERM ? " (it needs CAP_NET_RAW: try it in scripts/netbox)" : "");
    if (opt->group != -1 && open_firewall(&live->firewall, (uint16_t)opt->group) == -1)
        die("hear the firewall's log group %ld%s", opt->group,
            errno == EPERM ? " (it needs CAP_NET_ADMIN, and a group to itself)" : "");
    if (begin_output(live->out, live->capture->link) == -1)
        die(WRITING);
    tell("listening on %s", opt->interface);
}

void capture_frames(const struct options *opt, struct output *out, struct capture *capture)
{
    struct live live = {.capture = capture, .firewall = {.fd = -1}, .out = out};
    int signal_fd = open_signals();
    open_live(opt, &live);
    struct pollfd ready[] = {{.fd = capture->fd, .events = POLLIN},
                             {.fd = signal_fd, .events = POLLIN},
                             {.fd = live.firewall.fd, .events = POLLIN}}; /* -1 is left out */
    bool more = true;
    while (more) {
        if (poll(ready, 3, -1) == -1) {
            if (errno == EINTR)
                continue;
            die("poll");
        }
        if (ready[0].revents & POLLERR && (errno = capture_error(capture)) != 0)
            die("capture on %s", opt->interface);
        if (ready[2].revents && hear_firewall(&live.firewall) == -1)
            die(HEARING);
        more = take_ring(&live);
        if (more && ready[1].revents & POLLIN)
            more = hear_signal(signal_fd, &live);
    }
    if (count_captured(capture) == -1)
        die("getsockopt PACKET_STATISTICS");
    tell_missed(live.firewall.missed);
    close_firewall(&live.firewall);
}
