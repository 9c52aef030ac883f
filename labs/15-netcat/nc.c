/* nc.c - lab 15: a small netcat: what you type goes to a port, and what comes back you see.
 *
 * Shows:      that a protocol is bytes and nothing else: whoever can type them can speak it. And
 *             how a port is found open, closed or filtered.
 * Run this:   ./mail
 *             ./nc -z -v 127.0.0.1 5015
 * See this:   nc: 5015 is open: connected
 * Try:        ./nc -C 127.0.0.1 5015, and type EHLO me. Then without -C. Then ./nc -l in one
 *             terminal, and ./nc 127.0.0.1 5015 in another one: who can end that?
 *
 * Standard output is for the bytes. So what else there is to say goes to standard error, with -v.
 */
#include "diag.h"
#include "knock.h"
#include "net.h"
#include "reach.h"
#include "talk.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: nc [-CNtuv] [-p PORT] [-w SECONDS] HOST PORT\n"
    "       nc -l [-CkNtuv] [-p PORT] [-w SECONDS] [PORT]\n"
    "       nc -z [-uv] [-w SECONDS] HOST PORTS\n"
    "Sends standard input to a port, and writes what comes back. PORTS is one, or a range: "
    "20-80.\n\n"
    "  -C          send each LF as CR LF\n"
    "  -k          with -l: one client after the other; with -u also: the datagrams of all\n"
    "  -l          listen at PORT of 127.0.0.1, and wait for a client (5015)\n"
    "  -N          at the end of standard input, end this stream, too\n"
    "  -p PORT     the port of this end, 0 to 65535; 0: the kernel chooses (5015 with -l, else 0)\n"
    "  -t          refuse all that telnet offers and asks for\n"
    "  -u          UDP\n"
    "  -w SECONDS  wait no longer for an answer, nor without a byte, 1 to 86400 (for ever; -z: 1)\n"
    "  -z          scan: which of these ports are open? With -v: what are the others?\n"
    "  -v          print what happens, on standard error\n"
    "  -h          print this help";

/* Talks, and says how it ended. A peer that is gone is
 * the end of a client, but for a server only an event. */
static void serve_peer(int fd, const struct manner *m, bool goes_on)
{
    char local[ENDPOINT_TEXT_MAX], peer[ENDPOINT_TEXT_MAX];
    trace("connected %s -> %s", local_endpoint(fd, local), peer_endpoint(fd, peer));
    if (talk(fd, m) == -1) {
        if (!goes_on)
            die("%s", peer);
        trace("%s: %s", peer, errno_name(errno));
    }
    close(fd);
}

static void be_client(const struct endpoint *server, uint16_t own_port, const struct manner *m)
{
    char text[ENDPOINT_TEXT_MAX];
    int fd = reach(server, m->datagrams ? SOCK_DGRAM : SOCK_STREAM, own_port, m->wait);
    if (fd == -1)
        die("connect %s", format_endpoint(server, text));
    serve_peer(fd, m, false);
}

static void be_server(const struct endpoint *where, bool again, const struct manner *m)
{
    char text[ENDPOINT_TEXT_MAX];
    int fd, listen_fd = m->datagrams ? udp_bind(where) : tcp_listen(where);
    if (listen_fd == -1)
        die("listen on %s", format_endpoint(where, text));
    trace("listening on %s", local_endpoint(listen_fd, text));
    if (m->datagrams) {
        if ((again ? hear_all(listen_fd) : connect_to_first(listen_fd)) == -1)
            die("recvfrom");
        serve_peer(listen_fd, m, false);
        return;
    }
    while ((fd = accept_client(listen_fd, NULL)) != -1) {
        if (!again)
            close(listen_fd); /* one client is all: the next one is refused */
        serve_peer(fd, m, again);
        if (!again)
            return;
    }
    die("accept");
}

int main(int argc, char *argv[])
{
    diag_init("nc");
    bool listens = false, again = false, scans = false;
    long own_port = -1, port;
    struct manner m = {.wait = -1};
    for (int c; (c = next_option(argc, argv, "CklNp:tuw:z", help)) != -1;) {
        m.crlf |= c == 'C';
        m.ends |= c == 'N';
        m.telnet |= c == 't';
        m.datagrams |= c == 'u';
        again |= c == 'k';
        listens |= c == 'l';
        scans |= c == 'z';
        if (c == 'p')
            own_port = number_option(c, "a port", 0, 65535);
        if (c == 'w')
            m.wait = 1000 * (int)number_option(c, "a time in seconds", 1, 86400);
    }
    int words = argc - optind;
    if (listens ? scans || words > 1 : words != 2)
        die_usage(listens ? "-l listens, at one port" : "which host, and which port?");
    if (scans)
        return knock_at_all(argv[optind], argv[optind + 1], m.datagrams, m.wait);
    port = own_port == -1 ? 5015 : own_port;
    if (words > 0 && !parse_number(argv[argc - 1], listens ? 0 : 1, 65535, &port))
        die_usage("'%s' is no port: %d to 65535", argv[argc - 1], !listens);
    struct endpoint where = resolve_or_die(listens ? "127.0.0.1" : argv[optind], (uint16_t)port);
    if (listens)
        be_server(&where, again, &m);
    else
        be_client(&where, own_port == -1 ? 0 : (uint16_t)own_port, &m);
    return EXIT_SUCCESS;
}
