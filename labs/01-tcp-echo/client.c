/* client.c - lab 01: sends its arguments, or its standard input, and prints what comes back.
 *
 * Shows:      the active open (socket, connect) and the local port that the kernel chose; why one
 *             must read while one writes; the half-close that says "no more from me".
 * Run this:   ./client -v hello      or: seq 1 1000000 | ./client | cmp - <(seq 1 1000000)
 * See this:   client| connect(3, 127.0.0.1:5001) = 0, tcp 127.0.0.1:40312 -> 127.0.0.1:5001
 * Try:        -r, which ends with a reset; no server at all; a server that dies meanwhile.
 */
#include "addr.h"
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    bool reset;
};

static const char help[] =
    "usage: client [-rv] [-b HOST] [-p PORT] [MESSAGE...]\n"
    "Sends each MESSAGE as a line, or standard input, and prints what comes back.\n\n"
    "  -b HOST  the server's address: a name, IPv4 or IPv6 (127.0.0.1)\n"
    "  -p PORT  the server's port, 1 to 65535 (5001)\n"
    "  -r       end with a reset instead of a close (SO_LINGER 0)\n"
    "  -v       tell each system call with its result\n"
    "  -h       this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.host = "127.0.0.1", .port = 5001};
    for (int c; (c = next_option(argc, argv, "b:p:r", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        else if (c == 'r')
            opt.reset = true;
    }
    return opt;
}

/* The active open. The kernel gives the socket a local address and an ephemeral port by itself. */
static int open_connection(const struct endpoint *server)
{
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    int fd = socket(server->addr.ss_family, SOCK_STREAM, 0);
    trace("socket(SOCK_STREAM) = %d", fd);
    if (fd == -1)
        die("socket");
    if (connect(fd, (const struct sockaddr *)&server->addr, server->len) == -1)
        die("connect %s", format_endpoint(server, text));
    trace("connect(%d, %s) = 0, tcp %s -> %s", fd, format_endpoint(server, text),
          local_endpoint(fd, local), text);
    return fd;
}

/* The messages as one text, a line each, in memory that lives as long as the program. */
static int open_messages(char *messages[])
{
    int memory_fd = memfd_create("messages", 0);
    if (memory_fd == -1)
        die("memfd_create");
    for (; *messages; messages++)
        if (dprintf(memory_fd, "%s\n", *messages) < 0)
            die("write the messages");
    lseek(memory_fd, 0, SEEK_SET);
    return memory_fd;
}

/* Takes what comes back, if anything, to `out_fd`. Returns recv's result, 0 at end of stream. */
static ssize_t take_back(int fd, int out_fd)
{
    char data[16384];
    ssize_t n = recv_some(fd, data, sizeof data);
    trace("recv(%d) = %zd%s", fd, n, n == 0 ? "   end of stream" : "");
    if (n == -1)
        die("recv");
    if (write_all(out_fd, data, (size_t)n) == -1)
        die("write to standard output");
    return n;
}

/* "No more from me": the server reads end of stream, and its answers still come (shutdown(2)). */
static void half_close(int fd)
{
    int result = shutdown(fd, SHUT_WR);
    trace("shutdown(%d, SHUT_WR) = %d", fd, result);
}

/* What is read from `in_fd` goes to the socket, what comes back to `out_fd`, both at once: who
 * writes everything before reading anything may wait for ever for a server that waits for him. */
static void exchange(int fd, int in_fd, int out_fd, bool reset)
{
    char data[16384]; /* data[start..end) is read, but not yet sent */
    size_t start = 0, end = 0;
    long long sent = 0, received = 0;
    bool more = true;
    while (more || !reset || received < sent) {
        struct pollfd fds[] = {{.fd = fd, .events = start < end ? POLLIN | POLLOUT : POLLIN},
                               {.fd = more && start == end ? in_fd : -1, .events = POLLIN}};
        if (poll(fds, 2, -1) == -1)
            die("poll");
        if (fds[1].revents) {
            ssize_t n = read(in_fd, data, sizeof data);
            if (n == -1)
                die("read standard input");
            start = 0;
            end = (size_t)n;
            more = n > 0;
            if (!more && !reset)
                half_close(fd);
        }
        if (fds[0].revents & POLLOUT) {
            ssize_t n = send(fd, data + start, end - start, MSG_NOSIGNAL | MSG_DONTWAIT);
            trace("send(%d, %zu bytes) = %zd", fd, end - start, n);
            if (n == -1 && errno != EAGAIN)
                die("send");
            start += n > 0 ? (size_t)n : 0;
            sent += n > 0 ? n : 0;
        }
        if (fds[0].revents & ~POLLOUT) {
            ssize_t n = take_back(fd, out_fd);
            if (n == 0 && received == sent && !more)
                return;
            if (n == 0)
                die_plain("the server ended the connection: %lld of %lld bytes came back", received,
                          sent);
            received += n;
        }
    }
}

/* close(2) says goodbye and lets the kernel deliver what is left. With SO_LINGER on and a time of 0
 * it throws all away and sends RST: the peer gets ECONNRESET (socket(7)). */
static void close_with_reset(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == -1)
        die("setsockopt SO_LINGER");
    close(fd);
    trace("close(%d) = 0   SO_LINGER 0: reset", fd);
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
    int in_fd = optind < argc ? open_messages(argv + optind) : STDIN_FILENO;
    exchange(fd, in_fd, STDOUT_FILENO, opt.reset);
    if (opt.reset)
        close_with_reset(fd);
    else
        close(fd);
    return EXIT_SUCCESS;
}
