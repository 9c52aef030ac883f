/* sender.c - lab 03: sends numbered datagrams as fast as it can.
 *
 * Shows:      when the receiver's queue is full, a Unix datagram socket makes send wait; UDP drops
 *             the datagram and says nothing.
 * Run this:   ./receiver
 *             ./sender
 * See this:   sender: the queue is full after 11, send waits
 * Try:        Enter in the receiver's terminal; -p 5003 for both, the same over UDP; no receiver.
 */
#include "diag.h"
#include "name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: sender [-n COUNT] [-s NAME | -p PORT]\n"
    "Sends COUNT numbered datagrams of 4096 bytes.\n\n"
    "  -n COUNT  how many datagrams, 1 to 100000 (100)\n"
    "  -s NAME   to the Unix socket NAME: a path, or @NAME for an abstract name (letters.sock)\n"
    "  -p PORT   by UDP, to PORT of 127.0.0.1, 1 to 65535\n"
    "  -h        this help";

/* From here on everything is the same for both families. */
static int open_connected(const char *name, uint16_t udp_port)
{
    struct endpoint to = letters_address(name, udp_port);
    int fd = socket(to.addr.ss_family, SOCK_DGRAM, 0);
    if (fd == -1)
        die("socket");
    if (connect(fd, (const struct sockaddr *)&to.addr, to.len) == -1)
        die("connect");
    return fd;
}

static void send_letters(int fd, long count)
{
    bool waited = false;
    char letter[4096] = "";
    for (long number = 1; number <= count; number++) {
        snprintf(letter, sizeof letter, "%ld", number);
        /* With MSG_DONTWAIT send fails with EAGAIN if it would have to wait (send(2)). */
        if (send(fd, letter, sizeof letter, MSG_DONTWAIT) != -1)
            continue;
        if (errno != EAGAIN)
            die("send number %ld", number);
        if (!waited)
            say("the queue is full after %ld, send waits", number - 1);
        waited = true;
        if (send(fd, letter, sizeof letter, 0) == -1)
            die("send number %ld", number);
    }
    say("%ld sent; send %s", count, waited ? "had to wait" : "never had to wait");
}

int main(int argc, char *argv[])
{
    diag_init("sender");
    const char *name = "letters.sock";
    long count = 100, udp_port = 0;
    for (int c; (c = next_option(argc, argv, "n:p:s:", help)) != -1;) {
        if (c == 'n')
            count = number_option(c, "a number of datagrams", 1, 100000);
        else if (c == 'p')
            udp_port = number_option(c, "a port", 1, 65535);
        else
            name = optarg;
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    send_letters(open_connected(name, (uint16_t)udp_port), count);
    return EXIT_SUCCESS;
}
