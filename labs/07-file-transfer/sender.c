/* sender.c - lab 07: sends a file, and waits for the receiver's thanks.
 *
 * Shows:      an application protocol: 4 bytes of length, the file, "Gracias". Three ways to send;
 *             how far it is; and what a sender can know when the connection breaks.
 * Run this:   ./receiver
 *             ./sender Makefile
 * See this:   sender: the receiver answered "Gracias"
 * Try:        -w read, and -w splice, with -v. -c on both sides, and Ctrl-C in the middle of a
 *             large file, and then the same command again.
 */
#include "delivery.h"
#include "diag.h"
#include "net.h"
#include "reason.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct options {
    struct manner manner;
    uint16_t port;
    bool resume, digest;
};

static const char help[] =
    "usage: sender [-csv] [-b BYTES] [-p PORT] [-t SECONDS] [-w WAY] FILE\n"
    "Sends FILE to a receiver, and waits for its \"Gracias\".\n\n"
    "  -b BYTES    at most so many bytes a call, 1 to 1048576 (1048576)\n"
    "  -c          continue where an earlier transfer was cut; the receiver must have -c, too\n"
    "  -p PORT     the receiver's port, 1 to 65535 (5007)\n"
    "  -s          print the file's SHA-256\n"
    "  -t SECONDS  how long the receiver may do nothing, 1 to 3600 (10)\n"
    "  -w WAY      how to send: read, sendfile or splice (sendfile)\n"
    "  -v          print each system call with its result\n"
    "  -h          print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.manner = {BY_SENDFILE, 1 << 20, 10}, .port = 5007};
    for (int c; (c = next_option(argc, argv, "b:cp:st:w:", help)) != -1;) {
        if (c == 'b')
            opt.manner.chunk = (size_t)number_option(c, "a number of bytes", 1, 1 << 20);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a receiver's port", 1, 65535);
        else if (c == 't')
            opt.manner.patience = number_option(c, "a time in seconds", 1, 3600);
        else if (c == 'w' && !parse_way(optarg, &opt.manner.way))
            die_usage("-w '%s': the way is read, sendfile or splice", optarg);
        opt.resume |= c == 'c';
        opt.digest |= c == 's';
    }
    if (optind + 1 != argc)
        die_usage("name one file");
    return opt;
}

/* What can be said of the file before a byte is sent. */
static struct offer make_offer(int file, const char *name, const struct options *opt)
{
    struct stat found;
    char text[DIGEST_TEXT_MAX];
    if (fstat(file, &found) == -1)
        die("fstat %s", name);
    if (!S_ISREG(found.st_mode))
        die_plain("%s: not a file, so nobody knows how long it is", name);
    struct offer offer = {.len = (uint64_t)found.st_size, .resumable = opt->resume};
    if (!opt->resume && offer.len >= LONG_OFFER)
        die_plain("%s: %" PRIu64 " bytes are more than 4 bytes can announce: use -c", name,
                  offer.len);
    if ((opt->resume || opt->digest) && digest_file(file, offer.len, offer.digest) == -1)
        die("read %s", name);
    if (opt->digest)
        say("SHA-256 %s", format_digest(offer.digest, text));
    return offer;
}

int main(int argc, char *argv[])
{
    diag_init("sender");
    struct options opt = parse_options(argc, argv);
    struct endpoint receiver = resolve_or_die("127.0.0.1", opt.port);
    char text[ENDPOINT_TEXT_MAX];
    signal(SIGPIPE, SIG_IGN); /* sendfile has no MSG_NOSIGNAL */

    int file = open(argv[optind], O_RDONLY | O_CLOEXEC);
    if (file == -1)
        die("open %s", argv[optind]);
    struct offer offer = make_offer(file, argv[optind], &opt);
    int fd = tcp_connect(&receiver);
    if (fd == -1)
        die("connect %s", format_endpoint(&receiver, text));
    if (set_patience(fd, opt.manner.patience) == -1)
        die("setsockopt SO_RCVTIMEO");
    deliver(fd, file, &offer, &opt.manner);
    close(fd);
    close(file);
    return EXIT_SUCCESS;
}
