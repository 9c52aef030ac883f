/* server.c - lab 04: the receiver. It cuts what comes into messages, in one of three ways.
 *
 * Shows:      that TCP keeps no boundaries: messages arrive glued and split; how a delimiter and
 *             how a length prefix restore them, and what each does about hostile input.
 * Run this:   ./server -s            and in a second terminal: ./client one two three
 * See this:   server: message 1, length 11: "onetwothree"
 * Try:        -r 4; -m newline and -m length on both sides; -l 8; printf '\0\0\0\5hel' | ./client
 *
 * BUG ON PURPOSE: -m none, the default, takes what one recv gives for one message.
 * -m newline and -m length cure it.
 */
#include "addr.h"
#include "decoder.h"
#include "diag.h"
#include "io.h"
#include "quote.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host, *mode;
    uint16_t port;
    size_t limit, room;
    bool step;
};

static const char help[] =
    "usage: server [-sv] [-b HOST] [-l BYTES] [-m MODE] [-p PORT] [-r BYTES]\n"
    "Shows the messages that each client sends, one client after the other.\n\n"
    "  -b HOST   the address to bind: a name, IPv4 or IPv6 (127.0.0.1)\n"
    "  -l BYTES  the longest message of newline and length, 0 to 65536 (1024)\n"
    "  -m MODE   what ends a message: none, newline or length (none: each recv is one)\n"
    "  -p PORT   the port to bind, 0 to 65535; 0: the kernel chooses (5004)\n"
    "  -r BYTES  recv at most so many bytes at once, 1 to 65536 (4096)\n"
    "  -s        step: wait for Enter before each recv\n"
    "  -v        tell each system call with its result\n"
    "  -h        this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {
        .host = "127.0.0.1", .mode = "none", .port = 5004, .limit = 1024, .room = 4096};
    for (int c; (c = next_option(argc, argv, "b:l:m:p:r:s", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'l')
            opt.limit = (size_t)number_option(c, "a message's length", 0, 65536);
        else if (c == 'm')
            opt.mode = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (c == 'r')
            opt.room = (size_t)number_option(c, "a number of bytes", 1, 65536);
        opt.step |= c == 's';
    }
    if (strcmp(opt.mode, "none") != 0 && strcmp(opt.mode, "newline") != 0 &&
        strcmp(opt.mode, "length") != 0)
        die_usage("-m '%s': the mode is none, newline or length", opt.mode);
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

static int open_listener(const struct endpoint *where)
{
    char text[ENDPOINT_TEXT_MAX];
    format_endpoint(where, text);
    int listen_fd = socket(where->addr.ss_family, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(listen_fd, (const struct sockaddr *)&where->addr, where->len) == -1)
        die("bind %s", text);
    if (listen(listen_fd, SOMAXCONN) == -1)
        die("listen %s", text);
    return listen_fd;
}

static void show_message(long number, const void *data, size_t len)
{
    char text[QUOTE_MAX];
    say("message %ld, length %zu: %s", number, len, quote(data, len, text));
}

/* Shows the messages that these bytes complete. Returns false where nothing more can be decoded. */
static bool take_in(struct decoder *d, struct chunk input, long *messages)
{
    for (;;) {
        switch (decode(d, &input)) {
        case NEED_MORE:
            return true;
        case MESSAGE:
            show_message(++*messages, d->room, d->len);
            break;
        case TOO_LONG:
            if (d->framing == BY_LENGTH) {
                say("%u bytes announced, at most %zu allowed: closing", d->size, d->max);
                return false;
            }
            say("a message of more than %zu bytes: skipping to its newline", d->max);
        }
    }
}

/* What the end of the stream means depends on where it comes. */
static void tell_end(const struct decoder *d, long messages)
{
    enum place place = tell_place(d);
    if (place == BETWEEN_MESSAGES)
        say("end of stream between messages, %ld came", messages);
    else if (place == IN_HEADER)
        say("end of stream inside a header: %zu of %d bytes came", d->header_len, HEADER_LEN);
    else if (d->framing == BY_LENGTH)
        say("end of stream inside a message: %zu of %u bytes came", d->len, d->size);
    else
        say("end of stream inside a message: no newline came");
}

/* With -s, lets a person say when the next recv happens. After Ctrl-D it does not ask again. */
static void wait_for_enter(int conn_fd)
{
    int waiting = 0;
    if (feof(stdin))
        return;
    say("Enter lets it recv");
    for (int c; (c = getchar()) != '\n' && c != EOF;)
        ;
    if (ioctl(conn_fd, SIOCINQ, &waiting) == -1) /* tcp(7) */
        die("ioctl SIOCINQ");
    say("%d bytes in the receive queue", waiting);
}

static void serve_client(int conn_fd, const struct options *opt)
{
    static unsigned char data[65536], room[65536];
    bool none = strcmp(opt->mode, "none") == 0;
    long messages = 0;
    struct decoder decoder;
    start_decoder(&decoder, strcmp(opt->mode, "length") == 0 ? BY_LENGTH : BY_NEWLINE, room,
                  opt->limit);
    for (;;) {
        if (opt->step)
            wait_for_enter(conn_fd);
        ssize_t n = recv_some(conn_fd, data, opt->room);
        trace("recv(%d, %zu bytes) = %zd", conn_fd, opt->room, n);
        if (n == 0 && none)
            say("end of stream: nobody can tell whether the last message was whole");
        else if (n == 0)
            tell_end(&decoder, messages);
        else if (n == -1 && errno == EINTR)
            say("left the client: asked to stop");
        else if (n == -1)
            say("lost the client: %s", errno_name(errno));
        else if (none)
            show_message(++messages, data, (size_t)n);
        else if (!take_in(&decoder, (struct chunk){data, (size_t)n}, &messages))
            return;
        if (n <= 0)
            return;
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct options opt = parse_options(argc, argv);
    struct endpoint where;
    int error = resolve(opt.host, opt.port, &where);
    if (error != 0)
        die_plain("cannot find host '%s': %s", opt.host, gai_strerror(error));
    if (stop_on_signals() == -1)
        die("sigaction");

    int listen_fd = open_listener(&where);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s, mode %s", local_endpoint(listen_fd, text), opt.mode);
    while (!stop) {
        int conn_fd = accept(listen_fd, NULL, NULL);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue;
        if (conn_fd == -1)
            die("accept");
        say("accepted %s", peer_endpoint(conn_fd, text));
        serve_client(conn_fd, &opt);
        close(conn_fd);
    }
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
