/* datagrams.c - lab 09: four UDP sockets at one port. Which of them gets a datagram?
 *
 * Shows:      the kernel chooses by addresses and ports alone. So all
 *             datagrams of one sender come to one socket, and those of many
 *             senders to all. With -s a program looks into the data instead.
 * Run this:   ./datagrams -s data/4
 * See this:   datagrams: one sender, eight datagrams: sockets 0 1 2 3 0 1 2 3
 * Try:        it without -s, several times. Which numbers change?
 */
#include "diag.h"
#include "listener.h"
#include "net.h"
#include "steer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

enum { SOCKETS = 4, DATAGRAMS = 8 };

static const char help[] =
    "usage: datagrams [-v] [-p PORT] [-s RULE]\n"
    "Sends datagrams to four sockets at one port, and prints which socket got each.\n\n"
    "  -p PORT  the port to share, 1 to 65535 (5209)\n"
    "  -s RULE  which socket gets a datagram: 2 (always that one), cpu/4, port/4 or data/4\n"
    "  -v       print what each call returns\n"
    "  -h       print this help";

static int open_sender(const struct endpoint *where)
{
    int fd = socket(where->addr.ss_family, SOCK_DGRAM, 0);
    if (fd == -1 || connect(fd, (const struct sockaddr *)&where->addr, where->len) == -1)
        die("open a sender");
    return fd;
}

/* Sends one datagram, the number in two bytes, and
 * returns the index of the socket that it came to. */
static int send_one(int sender_fd, int number, struct pollfd sockets[SOCKETS])
{
    uint16_t data = htons((uint16_t)number);
    if (send(sender_fd, &data, sizeof data, 0) == -1)
        die("send");
    if (poll(sockets, SOCKETS, 1000) != 1)
        die_plain("the datagram came to no socket");
    int at = 0;
    while (!sockets[at].revents)
        at++;
    if (recv(sockets[at].fd, &data, sizeof data, 0) != sizeof data)
        die("recv");
    trace("datagram %d came to socket %d", number, at);
    return at;
}

static void send_all_of_them(const struct endpoint *where, struct pollfd sockets[SOCKETS],
                             bool one_sender, const char *star)
{
    char list[DATAGRAMS * 4] = "";
    int len = 0, sender_fd = open_sender(where);
    for (int i = 0; i < DATAGRAMS; i++) {
        len += snprintf(list + len, sizeof list - (size_t)len, " %d%s",
                        send_one(sender_fd, i, sockets), star);
        if (!one_sender) {
            close(sender_fd);
            sender_fd = open_sender(where);
        }
    }
    close(sender_fd);
    say("%s: sockets%s", one_sender ? "one sender, eight datagrams" : "eight senders, one each",
        list);
}

int main(int argc, char *argv[])
{
    diag_init("datagrams");
    const char *text = NULL;
    struct rule rule;
    long port = 5209;
    for (int c; (c = next_option(argc, argv, "p:s:", help)) != -1;) {
        if (c == 'p')
            port = number_option(c, "a port", 1, 65535);
        else if (!parse_rule(text = optarg, &rule))
            die_usage("-s '%s': a rule is a number, cpu/N, port/N or data/N", optarg);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);

    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    struct pollfd sockets[SOCKETS];
    for (int i = 0; i < SOCKETS; i++) {
        sockets[i] = (struct pollfd){.fd = open_listener(&where, SOCK_DGRAM, SO_REUSEPORT),
                                     .events = POLLIN};
        if (sockets[i].fd == -1)
            die("socket %d at port %ld", i, port);
    }
    if (text && steer(sockets[0].fd, &rule) == -1)
        die("steer by %s", text);
    send_all_of_them(&where, sockets, true, text ? "" : "*");
    send_all_of_them(&where, sockets, false, text ? "" : "*");
}
