/* client.c - lab 04: the burst sender. Each message in a send of its own, without a pause.
 *
 * Shows:      that what one send sent need not come as one recv: the receiver sees bytes, in the
 *             order in which they were sent, and no trace of the sends. Nagle's algorithm is off,
 *             so the pieces are on the wire as you choose them.
 * Run this:   ./client one two three       or: ./client -m length one two three
 * See this:   client: piece 1, length 3: "one"
 * Try:        -c 4; -s; printf '\0\0\0\5hel' | ./client
 */
#include "addr.h"
#include "diag.h"
#include "io.h"
#include "quote.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host, *mode;
    uint16_t port;
    size_t piece; /* bytes; 0: each message is one */
    bool step;
};

static const char help[] =
    "usage: client [-sv] [-b HOST] [-c BYTES] [-m MODE] [-p PORT] [MESSAGE...]\n"
    "Sends each MESSAGE, or standard input as it is, without waiting for anything.\n\n"
    "  -b HOST   the server's address: a name, IPv4 or IPv6 (127.0.0.1)\n"
    "  -c BYTES  chop: send pieces of so many bytes, not of one message each, 1 to 65536\n"
    "  -m MODE   what ends a message: none, newline or length (none)\n"
    "  -p PORT   the server's port, 1 to 65535 (5004)\n"
    "  -s        step: wait for Enter between two sends\n"
    "  -v        tell each system call with its result\n"
    "  -h        this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.host = "127.0.0.1", .mode = "none", .port = 5004};
    for (int c; (c = next_option(argc, argv, "b:c:m:p:s", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'c')
            opt.piece = (size_t)number_option(c, "a number of bytes", 1, 65536);
        else if (c == 'm')
            opt.mode = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        opt.step |= c == 's';
    }
    if (strcmp(opt.mode, "none") != 0 && strcmp(opt.mode, "newline") != 0 &&
        strcmp(opt.mode, "length") != 0)
        die_usage("-m '%s': the mode is none, newline or length", opt.mode);
    if (opt.step && optind == argc)
        die_usage("-s takes Enter from standard input: give the messages as arguments");
    return opt;
}

static int open_connection(const struct endpoint *server)
{
    char text[ENDPOINT_TEXT_MAX];
    int fd = socket(server->addr.ss_family, SOCK_STREAM, 0);
    if (fd == -1)
        die("socket");
    if (connect(fd, (const struct sockaddr *)&server->addr, server->len) == -1)
        die("connect %s", format_endpoint(server, text));
    /* Nagle's algorithm would hold a small piece back while another one is on its way, and glue
     * what comes meanwhile to it (tcp(7), RFC 1122 4.2.3.4). Here each send is a segment. */
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) == -1)
        die("setsockopt TCP_NODELAY");
    trace("setsockopt(%d, TCP_NODELAY, 1) = 0", fd);
    return fd;
}

/* A message as its mode has it on the wire. Length: 4 bytes, the most significant one first. */
static void put_message(FILE *stream, const char *message, const char *mode)
{
    size_t len = strlen(message);
    for (int shift = 24; shift >= 0 && strcmp(mode, "length") == 0; shift -= 8)
        putc((int)(len >> shift & 0xff), stream);
    fwrite(message, 1, len, stream);
    if (strcmp(mode, "newline") == 0)
        putc('\n', stream);
}

static void send_piece(int fd, const void *data, size_t len)
{
    static long pieces;
    char text[QUOTE_MAX];
    int result = send_all(fd, data, len);
    trace("send(%d, %zu bytes) = %s", fd, len, result == 0 ? "all" : errno_name(errno));
    if (result == -1)
        die("send");
    say("piece %ld, length %zu: %s", ++pieces, len, quote(data, len, text));
}

static void wait_for_enter(void)
{
    if (feof(stdin))
        return;
    say("Enter lets it send on");
    for (int c; (c = getchar()) != '\n' && c != EOF;)
        ;
}

/* Without -c a piece is a message; with -c the pieces know nothing about messages. */
static void send_messages(int fd, char *messages[], const struct options *opt)
{
    char *data;
    size_t len, sent = 0;
    FILE *stream = open_memstream(&data, &len);
    if (!stream)
        die("open_memstream");
    for (; *messages; messages++) {
        put_message(stream, *messages, opt->mode);
        if (fflush(stream) == EOF) /* brings data and len up to date (open_memstream(3)) */
            die("fflush");
        size_t piece = opt->piece ? opt->piece : len - sent;
        while (sent < len && (len - sent >= piece || !messages[1])) {
            if (opt->step && sent > 0)
                wait_for_enter();
            size_t n = len - sent < piece ? len - sent : piece;
            send_piece(fd, data + sent, n);
            sent += n;
        }
    }
    fclose(stream);
    free(data);
}

static void send_standard_input(int fd, size_t piece)
{
    char data[65536];
    ssize_t n;
    while ((n = read(STDIN_FILENO, data, piece ? piece : sizeof data)) > 0)
        send_piece(fd, data, (size_t)n);
    if (n == -1)
        die("read standard input");
}

/* Waits until the receiver's kernel has all bytes, whether its process has read them or not.
 * SIOCOUTQ counts what is not acknowledged yet, though tcp(7) says "unsent". */
static void wait_for_acknowledgement(int fd)
{
    for (int waiting = 1; waiting > 0;) {
        if (ioctl(fd, SIOCOUTQ, &waiting) == -1)
            die("ioctl SIOCOUTQ");
        struct pollfd gone = {.fd = fd}; /* POLLERR and POLLHUP come unasked (poll(2)) */
        if (waiting > 0 && poll(&gone, 1, 1) == 1) {
            socklen_t size = sizeof errno;
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &errno, &size);
            die("wait for the server");
        }
    }
    trace("ioctl(%d, SIOCOUTQ) = 0   0 bytes not acknowledged", fd);
    say("all acknowledged: the server's kernel has them");
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct options opt = parse_options(argc, argv);
    struct endpoint server;
    int error = resolve(opt.host, opt.port, &server);
    if (error != 0)
        die_plain("cannot find host '%s': %s", opt.host, gai_strerror(error));

    int fd = open_connection(&server);
    if (optind < argc)
        send_messages(fd, argv + optind, &opt);
    else
        send_standard_input(fd, opt.piece);
    wait_for_acknowledgement(fd);
    close(fd);
    return EXIT_SUCCESS;
}
