/* receiver.c - lab 11: prints each datagram that
 * arrives, and so shows which ones the kernel delivers.
 *
 * Shows:      a datagram with a wrong checksum never arrives, and no error says so.
 * Run this:   ./receiver -n 1
 *             ./sampler -d A:10B:90 udp 127.0.0.1
 * See this:   receiver: 8 bytes: "A:10B:90"
 * Try:        the kinds swapped and digit instead of udp; -p 5111 in both
 */
#include "addr.h"
#include "diag.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] = "usage: receiver [-n COUNT] [-p PORT]\n"
                           "Prints each datagram that arrives at PORT, by IPv4 or IPv6.\n\n"
                           "  -n COUNT  end after COUNT datagrams\n"
                           "  -p PORT   the port, on all addresses (5011)";

enum { SHOWN = 40 }; /* bytes of a datagram */

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

/* An IPv6 socket at :: gets IPv4's datagrams, too (lab 10). */
static int open_socket(uint16_t port)
{
    struct sockaddr_in6 where = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd == -1 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int)) == -1 ||
        bind(fd, (struct sockaddr *)&where, sizeof where) == -1)
        die("open a socket at port %u", port);
    return fd;
}

static void print_datagram(const unsigned char *data, size_t len)
{
    char text[SHOWN + 1];
    size_t shown = len < SHOWN ? len : SHOWN;
    for (size_t i = 0; i < shown; i++)
        text[i] = isprint(data[i]) ? (char)data[i] : '.';
    text[shown] = '\0';
    say("%zu byte%s: \"%s\"%s", len, len == 1 ? "" : "s", text, len > shown ? " ..." : "");
}

int main(int argc, char *argv[])
{
    diag_init("receiver");
    static unsigned char data[65536];
    long port = 5011, count = 0;
    for (int c; (c = next_option(argc, argv, "n:p:", help)) != -1;) {
        if (c == 'n')
            count = number_option(c, "a number of datagrams", 1, 1000000);
        else
            port = number_option(c, "a port", 1, 65535);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    int fd = open_socket((uint16_t)port);
    say("listening on port %ld", port);
    for (long n = 0; !stop && (count == 0 || n < count); n++) {
        ssize_t len = recv(fd, data, sizeof data, 0);
        if (len == -1 && errno != EINTR)
            die("recv");
        if (len >= 0)
            print_datagram(data, (size_t)len);
    }
    close(fd);
    return EXIT_SUCCESS;
}
