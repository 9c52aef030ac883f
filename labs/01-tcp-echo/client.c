/* client.c - lab 01: a TCP client, which sends its arguments or its input and prints the answer.
 *
 * Shows:      the active open; a local port that the kernel chose; how to read while you write; the
 *             half-close, which says "no more from me".
 * Run this:   ./server
 *             ./client -v hello
 * See this:   client| connect(3, 127.0.0.1:5001) = 0, tcp 127.0.0.1:40312 -> 127.0.0.1:5001
 * Try:        -r, which ends with a reset; no server at all; a server that you kill meanwhile.
 */
#include "diag.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static const char help[] =
    "usage: client [-rv] [-b ADDRESS] [-p PORT] [MESSAGE...]\n"
    "Sends each MESSAGE as a line, or standard input, and prints what comes back.\n\n"
    "  -b ADDRESS  the server's IPv4 address (127.0.0.1)\n"
    "  -p PORT     the server's port, 1 to 65535 (5001)\n"
    "  -r          end with a reset instead of a goodbye\n"
    "  -v          print what each call returns\n"
    "  -h          print this help";

/* The active open. Nobody calls bind: connect gives this end an address and a free port. */
static int open_connection(const struct sockaddr_in *server)
{
    char name[32];
    snprintf(name, sizeof name, "%s:%d", inet_ntoa(server->sin_addr), ntohs(server->sin_port));
    int result, fd = socket(AF_INET, SOCK_STREAM, 0);
    trace("socket(AF_INET, SOCK_STREAM, 0) = %d", fd);
    if (fd == -1)
        die("socket");
    if ((result = connect(fd, (const struct sockaddr *)server, sizeof *server)) == -1)
        die("connect %s", name);
    struct sockaddr_in local = {0};
    getsockname(fd, (struct sockaddr *)&local, &(socklen_t){sizeof local});
    trace("connect(%d, %s) = %d, tcp %s:%d -> %s", fd, name, result, inet_ntoa(local.sin_addr),
          ntohs(local.sin_port), name);
    return fd;
}

/* The messages, a line each, in a file without a name: they are read as any input is. */
static int open_messages(char *messages[])
{
    int memory_fd = memfd_create("messages", 0);
    for (; *messages; messages++)
        if (dprintf(memory_fd, "%s\n", *messages) < 0)
            die("write the messages");
    lseek(memory_fd, 0, SEEK_SET);
    return memory_fd;
}

/* Reads while it writes. A client that sends everything first may wait for ever, because the server
 * waits for it to read. So this one sends no more while a whole buffer has not come back. */
static void exchange(int fd, int in_fd, bool reset)
{
    char data[16384];
    long long sent = 0, received = 0;
    bool more = true;
    while (more || received < sent || !reset) {
        struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = in_fd, .events = POLLIN}};
        bool room = more && sent - received < (long long)sizeof data;
        if (poll(fds, room ? 2 : 1, -1) == -1)
            die("poll");
        if (fds[0].revents) {
            ssize_t got = recv(fd, data, sizeof data, 0);
            trace("recv(%d) = %zd", fd, got);
            if (got == -1)
                die("recv");
            if (got == 0)
                break;
            if (fwrite(data, 1, (size_t)got, stdout) < (size_t)got || fflush(stdout) == EOF)
                die("write to standard output");
            received += got;
        } else {
            ssize_t done = 0, have = read(in_fd, data, sizeof data);
            if (have == -1)
                die("read standard input");
            more = have > 0;
            if (!more && !reset)
                trace("shutdown(%d, SHUT_WR) = %d", fd, shutdown(fd, SHUT_WR));
            for (ssize_t n; done < have; done += n, sent += n) { /* send may take only a part */
                n = send(fd, data + done, (size_t)(have - done), MSG_NOSIGNAL);
                trace("send(%d, %zd bytes) = %zd", fd, have - done, n);
                if (n == -1)
                    die("send");
            }
        }
    }
    if (more || received < sent)
        die_plain("the server ended the connection: %lld bytes sent, %lld came", sent, received);
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(5001)};
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    bool reset = false;
    for (int c; (c = next_option(argc, argv, "b:p:r", help)) != -1;) {
        if (c == 'r')
            reset = true;
        else if (c == 'p')
            server.sin_port = htons((uint16_t)number_option(c, "a server's port", 1, 65535));
        else if (inet_pton(AF_INET, optarg, &server.sin_addr) != 1)
            die_usage("-b '%s': an IPv4 address is four numbers, such as 127.0.0.1", optarg);
    }

    int fd = open_connection(&server);
    exchange(fd, optind < argc ? open_messages(argv + optind) : STDIN_FILENO, reset);
    struct linger at_once = {.l_onoff = 1, .l_linger = 0}; /* close sends RST: socket(7) */
    if (reset && setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == -1)
        die("setsockopt SO_LINGER");
    int result = close(fd);
    trace("close(%d) = %d", fd, result);
    return 0;
}
