/* receiver.c - lab 07: receives files, and never shows half a one.
 *
 * Shows:      how a file comes whole or not at all: a header read to its end,
 *             a limit, a deadline for a silent sender, a part beside the
 *             final name, and then fsync, rename, and fsync of the folder.
 * Run this:   ./receiver
 *             ./sender Makefile
 * See this:   receiver: recibido.bin: all 337 bytes, synced and renamed
 * Try:        kill -9 it in the middle of a large file: what does the folder hold? -v shows all.
 *             printf '\0\0\0\5hel' >/dev/tcp/127.0.0.1/5007
 */
#include "diag.h"
#include "incoming.h"
#include "io.h"
#include "net.h"
#include "target.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    struct wishes wishes;
    uint16_t port;
};

static const char help[] =
    "usage: receiver [-cnsv] [-b BYTES] [-l BYTES] [-o FILE] [-p PORT] [-t SECONDS] [-w WAY]\n"
    "Receives a file from each sender, one after the other, and answers \"Gracias\".\n\n"
    "  -b BYTES    at most so many bytes a call, 1 to 1048576 (1048576)\n"
    "  -c          keep what came of a file that was cut, and continue it for a sender with -c\n"
    "  -l BYTES    the longest file, 0 to 1099511627776 (1073741824)\n"
    "  -n          keep nothing: take the bytes, to measure how fast they come\n"
    "  -o FILE     the file's name here; the sender has no say (recibido.bin)\n"
    "  -p PORT     the port to bind, 0 to 65535; 0: the kernel chooses (5007)\n"
    "  -s          print the SHA-256 of what came\n"
    "  -t SECONDS  how long a sender may be silent, 1 to 3600 (10)\n"
    "  -w WAY      how to receive: read or splice (splice)\n"
    "  -v          print each system call with its result\n"
    "  -h          print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.wishes = {.path = "recibido.bin",
                                     .way = BY_SPLICE,
                                     .chunk = 1 << 20,
                                     .longest = 1L << 30,
                                     .patience = 10},
                          .port = 5007};
    struct wishes *wish = &opt.wishes;
    for (int c; (c = next_option(argc, argv, "b:cl:no:p:st:w:", help)) != -1;) {
        if (c == 'b')
            wish->chunk = (size_t)number_option(c, "a number of bytes", 1, 1 << 20);
        else if (c == 'l')
            wish->longest = (uint64_t)number_option(c, "a file's length", 0, 1L << 40);
        else if (c == 'o')
            wish->path = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (c == 't')
            wish->patience = number_option(c, "a time in seconds", 1, 3600);
        else if (c == 'w' && (!parse_way(optarg, &wish->way) || wish->way == BY_SENDFILE))
            die_usage("-w '%s': the way is read or splice", optarg);
        wish->resume |= c == 'c';
        wish->nothing |= c == 'n';
        wish->digest |= c == 's';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    if (!check_target(wish->path))
        die_usage("-o '%s': a file's name, in a folder that is there", wish->path);
    return opt;
}

int main(int argc, char *argv[])
{
    diag_init("receiver");
    struct options opt = parse_options(argc, argv);
    struct endpoint sender, where = resolve_or_die("127.0.0.1", opt.port);
    char text[ENDPOINT_TEXT_MAX];
    /* At a limit of the file's size write(2) shall fail
     * (EFBIG), and not end the program: setrlimit(2). */
    if (stop_on_signals() == -1 || signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        die("sigaction");

    int conn_fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on %s", format_endpoint(&where, text));
    say("listening on %s, for %s", local_endpoint(listen_fd, text), opt.wishes.path);
    while ((conn_fd = accept_client(listen_fd, &sender)) != -1) {
        say("accepted %s", format_endpoint(&sender, text));
        receive_file(conn_fd, &opt.wishes);
        close(conn_fd);
    }
    if (errno != EINTR)
        die("accept");
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
