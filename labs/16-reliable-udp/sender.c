/* sender.c - lab 16: sends a file by UDP so that all of it comes: stop-and-wait, or go-back-N.
 *
 * Shows:      numbers, acknowledgements, a time-out and a
 *             window, which is most of what TCP does for you.
 * Run this:   ./receiver
 *             ./sender -w 4 sender.c
 * See this:   sender: all of 4 packets acknowledged, 4 sent, 0 time-outs
 * Try:        ./sender -t 0 README.md. Over a cable that loses: scripts/lab demo 16.
 */
#include "clock.h"
#include "diag.h"
#include "goback.h"
#include "net.h"
#include "packet.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    const char *host, *file;
    uint16_t port;
    struct transfer transfer;
};

static const char help[] =
    "usage: sender [-v] [-b HOST] [-p PORT] [-t MS] [-w WINDOW] [-z BYTES] FILE\n"
    "Sends FILE to the receiver, in numbered packets, until all are acknowledged.\n\n"
    "  -b HOST    where the receiver is (127.0.0.1)\n"
    "  -p PORT    its port (5016)\n"
    "  -t MS      how long it waits for an acknowledgement (50)\n"
    "  -w WINDOW  how many packets may be under way (1, which is stop-and-wait)\n"
    "  -z BYTES   of the file in a packet, 1 to 1468 (1396)\n"
    "  -v         print what comes, and when it goes back\n"
    "  -h         print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {"127.0.0.1", NULL, 5016, {.size = 1396, .window = 1, .timeout = 50000}};
    struct transfer *t = &opt.transfer;
    for (int c; (c = next_option(argc, argv, "b:p:t:w:z:", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 1, 65535);
        else if (c == 't')
            t->timeout = 1000 * (uint64_t)number_option(c, "a number of ms", 0, 60000);
        else if (c == 'w')
            t->window = (uint32_t)number_option(c, "a window", 1, 65535);
        else
            t->size = (uint32_t)number_option(c, "a size", 1, PACKET_MAX - HEADER_LEN);
    }
    if (optind + 1 != argc)
        die_usage("which file?");
    opt.file = argv[optind];
    return opt;
}

/* Opens the file and counts its packets. Their numbers do not wrap here, so there is a limit. */
static void open_file(struct transfer *t, const char *name)
{
    struct stat status;
    if ((t->file_fd = open(name, O_RDONLY)) == -1 || fstat(t->file_fd, &status) == -1)
        die("open %s", name);
    if (status.st_size > (off_t)t->size * 65000)
        die_plain("%s: more than 65000 packets, and the numbers of this sender do not wrap", name);
    t->packets = (uint32_t)((status.st_size + t->size - 1) / t->size) + 1;
}

int main(int argc, char *argv[])
{
    diag_init("sender");
    struct options opt = parse_options(argc, argv);
    struct transfer *t = &opt.transfer;
    char text[ENDPOINT_TEXT_MAX];
    open_file(t, opt.file);
    struct endpoint to = resolve_or_die(opt.host, opt.port);
    t->fd = socket(to.addr.ss_family, SOCK_DGRAM, 0);
    if (t->fd == -1 || connect(t->fd, (struct sockaddr *)&to.addr, to.len) == -1)
        die("a socket to %s", format_endpoint(&to, text));
    uint64_t began = now_us();
    if (send_file(t) == -1)
        die("send to %s", format_endpoint(&to, text));
    say("all of %u packets acknowledged, %lu sent, %lu time-outs", t->packets, t->sent,
        t->timeouts);
    say("in %.3f s", (double)(now_us() - began) / 1e6);
    return EXIT_SUCCESS;
}
