/* server.c - lab 02: a receiver that keeps a ledger of what came and what its own buffer dropped.
 *
 * Shows:      datagrams one by one, empty and cut ones too; a reader too slow for its buffer, and
 *             the two ways in which the kernel tells of the drops.
 * Run this:   ./server -w -B 4096    in a second terminal ./client -n 100, and then Enter here
 * See this:   server: ledger: received 9, buffer 91 (SO_MEMINFO), SO_RXQ_OVFL 0
 * Try:        one more datagram and Enter again: what does SO_RXQ_OVFL say now? -d 1000; -s 10.
 */
#include "addr.h"
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    long buffer, room, work; /* bytes, bytes, microseconds */
    bool asleep, quiet;
};

struct ledger {
    unsigned long received; /* our own count */
    uint32_t overflow;      /* drops before the last datagram, as its SO_RXQ_OVFL says */
};

static const char help[] =
    "usage: server [-qvw] [-b HOST] [-p PORT] [-B BYTES] [-d MICROSECONDS] [-s BYTES]\n"
    "Receives datagrams; at the end it tells how many came and how many its buffer dropped.\n\n"
    "  -b HOST   the address to bind: a name, IPv4 or IPv6 (127.0.0.1)\n"
    "  -p PORT   the port to bind, 0 to 65535; 0: the kernel chooses (5002)\n"
    "  -B BYTES  ask for a receive buffer of this size, SO_RCVBUF, 0 to 1000000000\n"
    "  -d MICROSECONDS  a slow reader: so much work after each datagram, 0 to 1000000 (0)\n"
    "  -w        a sleeping reader: each line on standard input wakes it, and it reads what waits\n"
    "  -s BYTES  room for one datagram, 1 to 65536 (65536)\n"
    "  -q        do not tell each datagram\n"
    "  -v        tell each system call with its result\n"
    "  -h        this help\n\n"
    "SIGINT (Ctrl-C) and SIGTERM stop it: it reads what still waits and tells the ledger.";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.host = "127.0.0.1", .port = 5002, .buffer = -1, .room = 65536};
    for (int c; (c = next_option(argc, argv, "b:p:B:d:s:qw", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (c == 'B')
            opt.buffer = number_option(c, "a size in bytes", 0, 1000000000);
        else if (c == 'd')
            opt.work = number_option(c, "a time in microseconds", 0, 1000000);
        else if (c == 's')
            opt.room = number_option(c, "a size in bytes", 1, 65536);
        opt.quiet = opt.quiet || c == 'q';
        opt.asleep = opt.asleep || c == 'w';
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

/* No listen and no accept: one socket with a name takes whatever comes, from whomever. */
static int open_receiver(const struct endpoint *where, long buffer)
{
    char text[ENDPOINT_TEXT_MAX];
    int asked = (int)buffer, got;
    socklen_t len = sizeof got;
    int fd = socket(where->addr.ss_family, SOCK_DGRAM, 0);
    trace("socket(SOCK_DGRAM) = %d", fd);
    if (fd == -1)
        die("socket");
    if (asked >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &asked, sizeof asked) == -1)
        die("setsockopt SO_RCVBUF");
    if (setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &(int){1}, sizeof(int)) == -1)
        die("setsockopt SO_RXQ_OVFL");
    /* The kernel doubles the size, because its own bookkeeping is paid from it (socket(7)). */
    if (asked >= 0 && getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &got, &len) == 0)
        say("asked for a buffer of %d bytes, got %d", asked, got);
    int result = bind(fd, (const struct sockaddr *)&where->addr, where->len);
    trace("bind(%d, %s) = %d", fd, format_endpoint(where, text), result);
    if (result == -1)
        die("bind %s", format_endpoint(where, text));
    return fd;
}

static void tell_datagram(const unsigned char *data, size_t room, size_t len, const char *from)
{
    char number[32] = "no number", cut[64] = "";
    if (len >= 4 && room >= 4 && memcmp(data, "N#", 2) == 0) /* network byte order: big end first */
        snprintf(number, sizeof number, "number %d", data[2] << 8 | data[3]);
    if (len > room)
        snprintf(cut, sizeof cut, " (%zu kept: MSG_TRUNC)", room);
    say("%s, %zu bytes%s, from %s", number, len, cut, from);
}

/* Takes one datagram. Returns false with errno set where there is none. */
static bool receive(int fd, int flags, const struct options *opt, struct ledger *ledger)
{
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof ledger->overflow)];
    unsigned char data[65536];
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint from;
    struct iovec into = {.iov_base = data, .iov_len = (size_t)opt->room};
    struct msghdr msg = {.msg_name = &from.addr,
                         .msg_namelen = sizeof from.addr,
                         .msg_iov = &into,
                         .msg_iovlen = 1,
                         .msg_control = control,
                         .msg_controllen = sizeof control};
    /* With MSG_TRUNC the result is the datagram's own length, even where it was cut (recv(2)). */
    ssize_t n = recvmsg(fd, &msg, flags | MSG_TRUNC);
    if (n == -1) {
        trace("recvmsg(%d) = -1 %s", fd, errno_name(errno));
        return false;
    }
    trace("recvmsg(%d) = %zd", fd, n);
    ledger->received++; /* 0 bytes is an empty datagram: UDP has no end of stream */
    struct cmsghdr *stamp = CMSG_FIRSTHDR(&msg); /* none until the first drop (socket(7)) */
    if (stamp && stamp->cmsg_type == SO_RXQ_OVFL)
        memcpy(&ledger->overflow, CMSG_DATA(stamp), sizeof ledger->overflow);
    from.len = msg.msg_namelen;
    if (!opt->quiet)
        tell_datagram(data, into.iov_len, (size_t)n, format_endpoint(&from, text));
    return true;
}

/* Reads what waits, and tells the ledger. SO_MEMINFO knows the drops at this moment; SO_RXQ_OVFL
 * is a stamp on each datagram, so it knows those that came before the last one. */
static void settle(int fd, const struct options *opt, struct ledger *ledger)
{
    uint32_t info[SK_MEMINFO_VARS] = {0};
    socklen_t len = sizeof info;
    long most = 1000000; /* a sender that never ends must not hold us for ever */
    while (most > 0 && receive(fd, MSG_DONTWAIT, opt, ledger))
        most--;
    if (most > 0 && errno != EAGAIN)
        die("recvmsg");
    if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) == -1)
        die("getsockopt SO_MEMINFO");
    say("ledger: received %lu, buffer %u (SO_MEMINFO), SO_RXQ_OVFL %u", ledger->received,
        info[SK_MEMINFO_DROPS], ledger->overflow);
}

static void serve(int fd, const struct options *opt)
{
    struct ledger ledger = {0};
    char line[256];
    while (!stop && opt->asleep && fgets(line, sizeof line, stdin))
        settle(fd, opt, &ledger);
    while (!stop && !opt->asleep) {
        if (!receive(fd, 0, opt, &ledger) && errno != EINTR)
            die("recvmsg");
        if (opt->work > 0)
            usleep((useconds_t)opt->work);
    }
    settle(fd, opt, &ledger);
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

    int fd = open_receiver(&where, opt.buffer);
    char text[ENDPOINT_TEXT_MAX];
    say("bound to %s%s", local_endpoint(fd, text), opt.asleep ? ", asleep until Enter" : "");
    serve(fd, &opt);
    close(fd);
    return EXIT_SUCCESS;
}
