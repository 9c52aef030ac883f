/* ladder.c - lab 12: shows who sends what to whom, as a ladder: two ends, and an arrow for each frame.
 *
 * Shows:      the packets of a conversation, their flags and numbers, and the TCP state of each side.
 * Run this:   ../../scripts/netbox bash, and in it: ./ladder -p 5012 & ./server & ./client
 * See this:   SYN, SYN and ACK, ACK: and then "Thank you"
 * Try:        ./ladder -w some.pcap; ./ladder -r some.pcap -f svg >some.svg
 *
 * The way of a frame: capture.c or pcap.c gets it, frame.c reads its headers, flow.c and tcp.c find
 * what it means in its conversation, draw.c and the others draw it. Only capture.c needs a privilege.
 */
#include "capture.h"
#include "diag.h"
#include "options.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const char writing[] = "write the frames, or their drawing";

/* What is not the drawing goes to standard error, so that the drawing can go to a file. */
PRINTF_LIKE static void tell(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("ladder: ", stderr);
    vfprintf(stderr, fmt, args);
    putc('\n', stderr);
    va_end(args);
}

/* "-" is the standard stream. */
static FILE *open_file(const char *name, const char *mode, FILE *standard)
{
    FILE *file = strcmp(name, "-") == 0 ? standard : fopen(name, mode);
    if (!file)
        die("open %s", name);
    setvbuf(file, NULL, _IOFBF, 1 << 18);
    __fsetlocking(file, FSETLOCKING_BYCALLER); /* there are no threads: a sixth faster */
    return file;
}

/* Returns false when the output has had all that it was to get. */
static bool put(struct output *out, const struct options *opt, enum link_type link,
                const struct captured *frame)
{
    if (put_frame(out, link, frame) == -1)
        die("%s", writing);
    return opt->count == 0 || out->frames < (uint64_t)opt->count;
}

static void begin_file(const struct output *out, enum link_type link)
{
    if (out->file && pcap_begin(out->file, link) != PCAP_OK)
        die("%s", writing);
}

/* --- from a file --- */

static void read_frames(const struct options *opt, struct output *out)
{
    static struct pcap_reader
        reader; /* it holds the longest frame there is: too much for a stack */
    struct captured frame;
    FILE *in = open_file(opt->read, "rb", stdin);
    enum pcap_result result = pcap_open(&reader, in);
    if (result == PCAP_ERROR)
        die("read %s", opt->read);
    if (result != PCAP_OK)
        die_plain("%s: %s", opt->read, pcap_text(result));
    begin_file(out, reader.link);
    bool more = true;
    while (more && (result = pcap_next(&reader, &frame)) == PCAP_OK)
        more = put(out, opt, reader.link, &frame);
    if (more && result != PCAP_END)
        tell("%s: %s; what came before is drawn", opt->read, pcap_text(result));
    fclose(in);
}

/* --- from an interface --- */

/* Signals that can be waited for together with frames: none is missed in between (signalfd(2)). */
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

/* Takes what is in the ring. Returns false when the output has had all that it was to get. */
static bool take_ring(struct capture *capture, const struct options *opt, struct output *out)
{
    struct captured frame;
    bool more = true;
    while (more && next_captured(capture, &frame))
        more = put(out, opt, LINK_ETHERNET, &frame);
    if (flush_output(out) == -1)
        die("%s", writing);
    return more;
}

/* Takes all that the kernel has seen up to now; some of it is in a block that is not ours yet. */
static bool drain(struct capture *capture, const struct options *opt, struct output *out)
{
    struct pollfd ring = {.fd = capture->fd, .events = POLLIN};
    if (count_captured(capture) == -1)
        die("getsockopt PACKET_STATISTICS");
    while (take_ring(capture, opt, out)) {
        if (capture->taken + capture->dropped >= capture->counted || poll(&ring, 1, 1000) == 0)
            return true;
    }
    return false;
}

static void tell_count(const struct capture *capture, const struct output *out, const char *now)
{
    char dropped[32] = "none";
    if (capture->dropped > 0)
        snprintf(dropped, sizeof dropped, "%llu", (unsigned long long)capture->dropped);
    tell("%llu frame%s%s, %s dropped by the kernel", (unsigned long long)out->frames,
         out->frames == 1 ? "" : "s", now, dropped);
}

/* True to go on. */
static bool hear_signal(int fd, struct capture *capture, const struct options *opt,
                        struct output *out)
{
    struct signalfd_siginfo signal;
    if (read(fd, &signal, sizeof signal) != sizeof signal)
        die("read a signal");
    bool more = drain(capture, opt, out);
    if (more && signal.ssi_signo == SIGUSR1)
        tell_count(capture, out, " so far");
    return more && signal.ssi_signo == SIGUSR1;
}

static void capture_frames(const struct options *opt, struct output *out, struct capture *capture)
{
    int signal_fd = open_signals();
    if (open_capture(capture, opt->interface) == -1)
        die("capture on %s%s", opt->interface,
            errno == EPERM ? " (it needs CAP_NET_RAW: try it in scripts/netbox)" : "");
    begin_file(out, LINK_ETHERNET);
    tell("listening on %s", opt->interface);
    struct pollfd ready[] = {{.fd = capture->fd, .events = POLLIN},
                             {.fd = signal_fd, .events = POLLIN}};
    bool more = true;
    while (more) {
        if (poll(ready, 2, -1) == -1)
            die("poll");
        socklen_t len = sizeof errno;
        if (ready[0].revents & POLLERR && /* the interface has gone, or is not up */
            (getsockopt(capture->fd, SOL_SOCKET, SO_ERROR, &errno, &len) == -1 || errno != 0))
            die("capture on %s", opt->interface);
        more = take_ring(capture, opt, out);
        if (more && ready[1].revents & POLLIN)
            more = hear_signal(signal_fd, capture, opt, out);
    }
    if (count_captured(capture) == -1)
        die("getsockopt PACKET_STATISTICS");
}

/* --- the end --- */

static void tell_checksums(const struct output *out, bool live)
{
    if (out->pending > 0 && live)
        tell(
            "the TCP and UDP checksums of %llu are left to the network card (offload): not checked",
            (unsigned long long)out->pending);
    else if (out->pending > 0)
        tell("the TCP and UDP checksums of %llu do not fit: were they left to the network card?",
             (unsigned long long)out->pending);
    if (out->wrong > 0)
        tell("%llu with a wrong checksum", (unsigned long long)out->wrong);
}

int main(int argc, char *argv[])
{
    diag_init("ladder");
    struct options opt = parse_options(argc, argv);
    struct output out = {.format = opt.format, .whole = opt.whole, .port = opt.port};
    struct capture capture = {.fd = -1};
    if (!opt.quiet)
        out.drawing = open_file("-", "w", stdout);
    if (opt.write)
        out.file = open_file(opt.write, "wb", stdout);
    if (opt.read)
        read_frames(&opt, &out);
    else
        capture_frames(&opt, &out, &capture);
    if (end_output(&out, capture.dropped) == -1)
        die("%s", writing);
    if (!opt.read)
        tell_count(&capture, &out, "");
    tell_checksums(&out, !opt.read);
    trace("%llu of them are no IP, or a later piece of it, or cut, or nonsense",
          (unsigned long long)out.unreadable);
    close_capture(&capture);
    return 0;
}
