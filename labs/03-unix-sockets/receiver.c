/* receiver.c - lab 03: a receiver of datagrams that is in no hurry.
 *
 * Shows:      what happens to datagrams that arrive before you read: over a Unix socket they wait,
 *             the last of them at the sender; over UDP most are gone.
 * Run this:   ./receiver
 *             ./sender
 * See this:   receiver: bound; it reads nothing before Enter
 * Try:        Enter, then Ctrl-D, and look at the numbers; -p 5003 for both, the same over UDP.
 */
#include "diag.h"
#include "io.h"
#include "name.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: receiver [-s NAME | -p PORT]\n"
    "Reads nothing before you press Enter; after Ctrl-D it ends when the queue is empty.\n\n"
    "  -s NAME   the Unix socket NAME: a path, or @NAME for an abstract name (letters.sock)\n"
    "  -p PORT   UDP and PORT of 127.0.0.1, 1 to 65535\n"
    "  -h        this help";

static int open_bound(const char *name, uint16_t udp_port)
{
    struct endpoint at = letters_address(name, udp_port);
    int fd = socket(at.addr.ss_family, SOCK_DGRAM, 0);
    if (fd == -1)
        die("socket");
    /* The smallest buffer there is (socket(7)): UDP then has room for one such datagram. A Unix
     * socket has a queue of a fixed length instead, net.unix.max_dgram_qlen (unix(7)). */
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){1}, sizeof(int)) == -1)
        die("setsockopt SO_RCVBUF");
    if (bind(fd, (const struct sockaddr *)&at.addr, at.len) == -1)
        die("bind");
    return fd;
}

/* Waits for Enter. Then it reads what comes, until
 * standard input has ended and the queue is empty. */
static void read_letters(int fd)
{
    char letter[4096] = "", typed[100];
    long received = 0;
    ssize_t n;
    for (bool reading = false, more = true; !stop;) {
        struct pollfd fds[] = {{.fd = reading ? fd : -1, .events = POLLIN},
                               {.fd = more ? STDIN_FILENO : -1, .events = POLLIN}};
        int ready = poll(fds, 2, more ? -1 : 100);
        if (ready == -1 && errno != EINTR)
            die("poll");
        if (ready == 0)
            break;
        if (ready > 0 && fds[1].revents) {
            more = read(STDIN_FILENO, typed, sizeof typed) > 0;
            reading = true;
        } else if (ready > 0 && (n = recv(fd, letter, sizeof letter - 1, 0)) != -1) {
            letter[n] = '\0'; /* what lies beyond is left over from an earlier one */
            received++;
        }
    }
    /* The kernel counts what it drops at a socket (SO_MEMINFO, since Linux 4.12). */
    uint32_t info[SK_MEMINFO_VARS];
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &(socklen_t){sizeof info}) == -1)
        die("getsockopt SO_MEMINFO");
    bool numbered = *letter && letter[strspn(letter, "0123456789")] == '\0'; /* anybody may send */
    say("received %ld, the last %s%s; dropped here: %u", received,
        numbered ? "is number " : "has no number", numbered ? letter : "", info[SK_MEMINFO_DROPS]);
}

int main(int argc, char *argv[])
{
    diag_init("receiver");
    const char *name = "letters.sock";
    long udp_port = 0;
    for (int c; (c = next_option(argc, argv, "p:s:", help)) != -1;) {
        if (c == 'p')
            udp_port = number_option(c, "a port", 1, 65535);
        else
            name = optarg;
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    if (stop_on_signals() == -1)
        die("sigaction");
    int fd = open_bound(name, (uint16_t)udp_port);
    say("bound; it reads nothing before Enter");
    read_letters(fd);
    if (udp_port == 0 && name[0] != '@')
        unlink(name);
    return EXIT_SUCCESS;
}
