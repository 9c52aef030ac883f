/* server.c - lab 04: receives a stream of bytes, and cuts it into messages in one of three ways.
 *
 * Shows:      that TCP keeps no boundaries: messages arrive glued and split. A delimiter or a
 *             length in front restores them, and each has its own trouble with hostile input.
 * Run this:   ./server -r 4
 *             ./client 'hello world'
 * See this:   server: message 2, length 4: "o wo"
 * Try:        -s, then three messages, then Enter in this terminal. -m newline or -m length on both
 *             sides. With ./server -m length: printf '\0\0\0\5hel' | ./client
 *
 * BUG ON PURPOSE: -m none, the default, takes what one recv returns for one message. -m newline and
 * -m length cure it.
 */
#include "decoder.h"
#include "diag.h"
#include "io.h"
#include "net.h"
#include "report.h"
#include "step.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { LARGEST = 65536 }; /* buffer, and message */

struct options {
    enum framing framing;
    uint16_t port;
    size_t longest, buffer;
    bool step;
};

static const char help[] =
    "usage: server [-sv] [-l BYTES] [-m MODE] [-p PORT] [-r BYTES]\n"
    "Shows the messages that each client sends, one client after the other.\n\n"
    "  -l BYTES  the longest message of newline and length, 0 to 65536 (1024)\n"
    "  -m MODE   what ends a message: none, newline or length (none: each recv is one)\n"
    "  -p PORT   the port to bind, 0 to 65535; 0: the kernel chooses (5004)\n"
    "  -r BYTES  the size of recv's buffer, 1 to 65536 (4096)\n"
    "  -s        step: wait for Enter before each recv\n"
    "  -v        print each system call with its result\n"
    "  -h        print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5004, .longest = 1024, .buffer = 4096};
    for (int c; (c = next_option(argc, argv, "l:m:p:r:s", help)) != -1;) {
        if (c == 'l')
            opt.longest = (size_t)number_option(c, "a message's length", 0, LARGEST);
        else if (c == 'm' && !parse_framing(optarg, &opt.framing))
            die_usage("-m '%s': the mode is none, newline or length", optarg);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (c == 'r')
            opt.buffer = (size_t)number_option(c, "a buffer's size", 1, LARGEST);
        opt.step |= c == 's';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

/* Shows the messages that these bytes complete. Returns false if the rest cannot be decoded. */
static bool show_messages(struct decoder *decoder, struct chunk input)
{
    char text[REPORT_MAX];
    while (decode(decoder, &input) != NEED_MORE) {
        say("%s", describe_result(decoder, text));
        if (decoder->last == TOO_LONG && decoder->framing == BY_LENGTH)
            return false;
    }
    return true;
}

static void serve_client(int conn_fd, const struct options *opt)
{
    unsigned char data[LARGEST], room[LARGEST];
    char text[REPORT_MAX];
    struct decoder decoder;
    ssize_t n;
    start_decoder(&decoder, opt->framing, room, opt->longest);
    do {
        if (opt->step)
            step_recv(conn_fd);
        n = recv_some(conn_fd, data, opt->buffer);
        trace("recv(%d, %zu bytes) = %zd", conn_fd, opt->buffer, n);
    } while (n > 0 && show_messages(&decoder, (struct chunk){data, (size_t)n}));
    if (n == 0)
        say("%s", describe_end(&decoder, text));
    else if (n == -1 && errno == EINTR)
        say("left the client: asked to stop");
    else if (n == -1)
        say("lost the client: %s", errno_name(errno));
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    struct endpoint client, where = resolve_or_die("127.0.0.1", opt.port);
    char text[ENDPOINT_TEXT_MAX];
    if (stop_on_signals() == -1)
        die("sigaction");

    int conn_fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on %s", format_endpoint(&where, text));
    say("listening on %s, mode %s", local_endpoint(listen_fd, text), framing_name(opt.framing));
    while ((conn_fd = accept_client(listen_fd, &client)) != -1) {
        say("accepted %s", format_endpoint(&client, text));
        serve_client(conn_fd, &opt);
        close(conn_fd);
    }
    if (errno != EINTR)
        die("accept");
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
