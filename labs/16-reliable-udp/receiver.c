/* receiver.c - lab 16: takes a sender's packets in
 * their order, and acknowledges each one that comes.
 *
 * Shows:      a receiver that needs no buffer: what comes out of
 *             order is thrown away, and sent again.
 * Run this:   ./receiver -v
 *             ./sender -v receiver.c
 * See this:   receiver: thrown away: 0 too early, 0 that came again, 0 foreign
 * Try:        -B 4096 and a sender with -w 16: what is lost, although no cable loses anything?
 */
#include "diag.h"
#include "incoming.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    const char *host, *file;
    uint16_t port, first, garbage;
    int buffer, linger;
};

static const char help[] =
    "usage: receiver [-v] [-B BYTES] [-b HOST] [-g N] [-i N] [-l MS] [-o FILE] [-p PORT]\n"
    "Receives a file, and ends.\n\n"
    "  -B BYTES  the socket's SO_RCVBUF (the system's default)\n"
    "  -b HOST   the address to bind (127.0.0.1)\n"
    "  -g N      before each acknowledgement send garbage, for a sender with -w N to pass over\n"
    "  -i N      the number of the first packet (0)\n"
    "  -l MS     how long it stays after the end, in case its last acknowledgement is lost (1000)\n"
    "  -o FILE   where the file goes (/dev/null)\n"
    "  -p PORT   the port to bind (5016)\n"
    "  -v        print what comes\n"
    "  -h        print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.host = "127.0.0.1", .file = "/dev/null", .port = 5016, .linger = 1000};
    for (int c; (c = next_option(argc, argv, "B:b:g:i:l:o:p:", help)) != -1;) {
        if (c == 'B')
            opt.buffer = (int)number_option(c, "a number of bytes", 1, 1 << 30);
        else if (c == 'b')
            opt.host = optarg;
        else if (c == 'g')
            opt.garbage = (uint16_t)number_option(c, "a window", 1, 1000);
        else if (c == 'i')
            opt.first = (uint16_t)number_option(c, "a packet's number", 0, 65535);
        else if (c == 'l')
            opt.linger = (int)number_option(c, "a number of ms", 0, 60000);
        else if (c == 'o')
            opt.file = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static int open_socket(const struct options *opt)
{
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint where = resolve_or_die(opt->host, opt->port);
    int fd = socket(where.addr.ss_family, SOCK_DGRAM, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("bind %s", format_endpoint(&where, text));
    if (opt->buffer &&
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &opt->buffer, sizeof opt->buffer) == -1)
        die("SO_RCVBUF");
    say("bound to %s", local_endpoint(fd, text));
    return fd;
}

int main(int argc, char *argv[])
{
    diag_init("receiver");
    struct options opt = parse_options(argc, argv);
    int file_fd = open(opt.file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file_fd == -1)
        die("open %s", opt.file);
    struct incoming in = {
        .fd = open_socket(&opt), .file_fd = file_fd, .next = opt.first, .garbage = opt.garbage};
    while (!in.ended)
        if (take_packet(&in) == -1)
            die("receive");
    say("all of %u packets came", (uint16_t)(in.next - opt.first));
    /* The last acknowledgement may be lost, and then the sender asks again. So this end stays a
     * while, as TCP does in TIME-WAIT (lab 05). */
    struct pollfd more = {.fd = in.fd, .events = POLLIN};
    while (poll(&more, 1, opt.linger) > 0)
        if (take_packet(&in) == -1)
            die("receive");
    say("thrown away: %lu too early, %lu that came again, %lu foreign", in.early, in.again,
        in.foreign);
    return EXIT_SUCCESS;
}
