/* input.c - reads frames; input.h describes each function. */
#include "input.h"

#include "capture.h"
#include "diag.h"
#include "link.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Output that cannot be written is noticed here, while errno still says why. */
static void show(struct view *view, const struct captured *frame)
{
    show_frame(view, frame);
    if (ferror(stdout))
        die("write the output");
}

int read_file(const char *name, struct view *view, unsigned long long count)
{
    static struct pcap_reader reader; /* it holds the longest frame: too large for a stack */
    struct captured frame;
    FILE *in = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    if (!in)
        die("open %s", name);
    enum pcap_result result = pcap_open(&reader, in);
    if (result == PCAP_ERROR)
        die("read %s", name);
    if (result != PCAP_OK)
        die_plain("%s: %s", name, pcap_text(result));
    if (!knows_link(reader.link))
        die_plain("%s: its frames have link type %d, which this does not read", name,
                  (int)reader.link);
    while (view->overhead.frames < count && (result = pcap_next(&reader, &frame)) == PCAP_OK)
        show(view, &frame);
    fclose(in);
    if (result == PCAP_OK || result == PCAP_END)
        return EXIT_SUCCESS;
    fflush(stdout);
    fprintf(stderr, "dissect: %s: %s\n", name, pcap_text(result));
    return EXIT_FAILURE;
}

/* A signal that asks us to end is read from a descriptor, so that poll can wait for it, too. */
static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
        return -1;
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static void show_captured(struct capture *capture, struct view *view, unsigned long long count)
{
    struct captured frame;
    while (view->overhead.frames < count && next_captured(capture, &frame))
        show(view, &frame);
    fflush(stdout);
    if (view->overhead.frames < count && (errno = capture_error(capture)) != 0)
        die("capture");
}

/* Shows what the kernel has seen so far and we have not. */
static void catch_up(struct capture *capture, struct view *view, unsigned long long count)
{
    struct pollfd frames = {.fd = capture->fd, .events = POLLIN};
    if (count_captured(capture) == -1)
        die("count the frames");
    while (view->overhead.frames < count && capture->taken + capture->dropped < capture->counted) {
        if (poll(&frames, 1, -1) == -1 && errno != EINTR)
            die("poll");
        show_captured(capture, view, count);
    }
}

int read_interface(const char *name, struct view *view, unsigned long long count)
{
    struct capture capture;
    if (open_capture(&capture, name) == -1)
        die("capture on %s", name);
    struct pollfd ready[] = {{.fd = open_signals(), .events = POLLIN},
                             {.fd = capture.fd, .events = POLLIN}};
    if (ready[0].fd == -1)
        die("signalfd");
    say("listening on %s", name);
    while (view->overhead.frames < count) {
        if (poll(ready, 2, -1) == -1 && errno != EINTR)
            die("poll");
        if (ready[0].revents) {
            catch_up(&capture, view, count);
            break;
        }
        show_captured(&capture, view, count);
    }
    close(ready[0].fd);
    close_capture(&capture);
    return EXIT_SUCCESS;
}
