/* client.c - lab 04: sends each message by a send of its own, without a pause between them.
 *
 * Shows:      that a stream keeps no trace of the sends that made it; what a newline, or a length
 *             in front, adds to each message. Nagle's algorithm is off: each piece is a segment.
 * Run this:   ./server -m length
 *             ./client -m length one '' three
 * See this:   client: piece 2, length 4: "\x00\x00\x00\x00"
 * Try:        -c 3 here: the pieces change, the messages do not. Then the same without -m on both
 *             sides. -s lets you decide when the next piece leaves.
 */
#include "diag.h"
#include "framing.h"
#include "io.h"
#include "net.h"
#include "quote.h"
#include "segments.h"
#include "step.h"

#include <stdlib.h>
#include <unistd.h>

struct options {
    enum framing framing;
    uint16_t port;
    size_t piece; /* bytes; 0: each message is one piece */
    bool step;
};

static const char help[] =
    "usage: client [-sv] [-c BYTES] [-m MODE] [-p PORT] [MESSAGE...]\n"
    "Sends each MESSAGE, or standard input as it is, and does not wait for an answer.\n\n"
    "  -c BYTES  chop: send pieces of this size, not one for each message, 1 to 65536\n"
    "  -m MODE   what ends a message: none, newline or length (none)\n"
    "  -p PORT   the server's port, 1 to 65535 (5004)\n"
    "  -s        step: wait for Enter between two sends\n"
    "  -v        print each system call with its result\n"
    "  -h        print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5004};
    for (int c; (c = next_option(argc, argv, "c:m:p:s", help)) != -1;) {
        if (c == 'c')
            opt.piece = (size_t)number_option(c, "a piece's size", 1, 65536);
        else if (c == 'm' && !parse_framing(optarg, &opt.framing))
            die_usage("-m '%s': the mode is none, newline or length", optarg);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        opt.step |= c == 's';
    }
    if (opt.step && optind == argc)
        die_usage("-s reads Enter from standard input: give the messages as arguments");
    return opt;
}

static void send_piece(int fd, long number, const void *data, size_t len)
{
    char text[QUOTE_MAX];
    int result = send_all(fd, data, len);
    trace("send_all(%d, %zu bytes) = %d", fd, len, result);
    if (result == -1)
        die_of_loss("send to the server");
    say("piece %ld, length %zu: %s", number, len, quote(data, len, text));
}

/* Without -c each message is a piece. With -c the pieces know nothing about messages. */
static void send_messages(int fd, char *messages[], const struct options *opt)
{
    long number = 0;
    size_t len, piece;
    unsigned char *stream = encode(opt->framing, messages, &len);
    if (!stream)
        die("malloc");
    for (size_t sent = 0; sent < len; sent += piece) {
        piece = opt->piece ? opt->piece : frame_len(opt->framing, *messages++);
        if (piece > len - sent)
            piece = len - sent;
        if (piece == 0)
            continue; /* an empty message without a frame: nothing to send */
        if (opt->step && sent > 0)
            step_send();
        send_piece(fd, ++number, stream + sent, piece);
    }
    free(stream);
}

static void send_standard_input(int fd, size_t piece)
{
    char data[65536];
    long number = 0;
    ssize_t n;
    while ((n = read(STDIN_FILENO, data, piece ? piece : sizeof data)) > 0)
        send_piece(fd, ++number, data, (size_t)n);
    if (n == -1)
        die("read standard input");
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct options opt = parse_options(argc, argv);
    struct endpoint server = resolve_or_die("127.0.0.1", opt.port);
    char text[ENDPOINT_TEXT_MAX];

    int fd = tcp_connect(&server);
    if (fd == -1)
        die("connect %s", format_endpoint(&server, text));
    if (turn_off_nagle(fd) == -1)
        die("setsockopt TCP_NODELAY");
    if (optind < argc)
        send_messages(fd, argv + optind, &opt);
    else
        send_standard_input(fd, opt.piece);
    if (wait_until_acknowledged(fd) == -1)
        die_of_loss("wait for the server");
    say("all acknowledged: the server's kernel has them");
    close(fd);
    return EXIT_SUCCESS;
}
