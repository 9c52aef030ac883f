/* conduct.c - lab 12, the model solution: brings about a named exchange, and plays both ends.
 *
 * Each exchange is a list of calls. If the order of two segments matters, the program waits
 * until the kernel says that the first has arrived, and never for a time.
 */
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 5012, LOOKS = 20000, PAUSE = 500 }; /* ten seconds, in microseconds */

static const char help[] = "usage: conduct NAME\n"
                           "Plays the client and the server of the exchange NAME, on port 5012.\n\n"
                           "  four three half-close reset unread late refused unaccepted\n"
                           "  time-wait-client time-wait-server both";

static const char thanks[] = "Thank you\n";

static int client, server; /* the two ends of the connection */

static void must(int result, const char *call)
{
    if (result == -1)
        die("%s", call);
}

static int connect_client(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(client, "socket");
    return connect(client, (struct sockaddr *)&to, sizeof to);
}

/* The kernel answers a client as soon as this has returned. */
static int listen_at_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd, "socket");
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), "setsockopt");
    must(bind(fd, (struct sockaddr *)&at, sizeof at), "bind");
    must(listen(fd, 1), "listen");
    return fd;
}

static void open_both(void)
{
    int listen_fd = listen_at_port();
    must(connect_client(), "connect");
    server = accept(listen_fd, NULL, NULL);
    must(server, "accept");
    close(listen_fd);
}

/* Waits until this end is in this state. */
static void await_state(int fd, int state)
{
    struct tcp_info info;
    for (int i = 0; i < LOOKS; i++) {
        must(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &(socklen_t){sizeof info}), "TCP_INFO");
        if (info.tcpi_state == state)
            return;
        usleep(PAUSE);
    }
    die_plain("waited for state %d in vain: it is %d", state, info.tcpi_state);
}

/* Waits until the other kernel has all that this end has sent. */
static void await_acknowledged(int fd)
{
    int left = 1;
    for (int i = 0; i < LOOKS; i++) {
        must(ioctl(fd, SIOCOUTQ, &left), "SIOCOUTQ");
        if (left == 0)
            return;
        usleep(PAUSE);
    }
    die_plain("%d bytes were not acknowledged", left);
}

/* Sends FIN. */
static void finish(int fd)
{
    must(shutdown(fd, SHUT_WR), "shutdown");
}

static void send_thanks(void)
{
    if (send(server, thanks, strlen(thanks), MSG_NOSIGNAL) != (ssize_t)strlen(thanks))
        die("send");
}

/* Reads to the end of what the other has sent. */
static void drain(int fd)
{
    static char buf[1 << 16];
    ssize_t got;
    do
        got = recv(fd, buf, sizeof buf, 0);
    while (got > 0);
    must((int)got, "recv");
}

static void close_in_order(int first, int second)
{
    finish(first);
    await_state(first, TCP_FIN_WAIT2); /* its FIN was acknowledged alone */
    close(second);
    close(first);
}

static void four(void)
{
    open_both();
    close_in_order(client, server);
}

/* The kernel delays the ACK of a FIN for a moment, so the second FIN can carry it. */
static void three(void)
{
    open_both();
    finish(client);
    drain(server); /* until the first FIN is there */
    close(server);
    close(client);
}

static void half_close(void)
{
    open_both();
    finish(client);
    await_state(client, TCP_FIN_WAIT2);
    send_thanks();
    await_acknowledged(server);
    close(server);
    drain(client);
    close(client);
}

static void reset(void)
{
    open_both();
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    must(setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), "SO_LINGER");
    close(client);
    await_state(server, TCP_CLOSE);
}

static void unread(void)
{
    open_both();
    send_thanks();
    await_acknowledged(server);
    close(client);
    await_state(server, TCP_CLOSE);
}

static void late(void)
{
    open_both();
    finish(client);
    await_state(client, TCP_FIN_WAIT2);
    close(client);
    send_thanks();
    await_state(server, TCP_CLOSE);
}

static void refused(void)
{
    if (connect_client() != -1 || errno != ECONNREFUSED)
        die_plain("port %d did not refuse", PORT);
}

static void unaccepted(void)
{
    listen_at_port();
    must(connect_client(), "connect");
    say("held");
    pause();
}

static void time_wait_client(void)
{
    four();
}

static void time_wait_server(void)
{
    open_both();
    close_in_order(server, client);
}

/* The client's FIN waits behind data for which the server has no room. */
static void both(void)
{
    static const char block[1 << 16];
    open_both();
    while (send(client, block, sizeof block, MSG_DONTWAIT) > 0)
        continue;
    finish(client);
    finish(server);
    await_state(client, TCP_CLOSING);
    drain(server);
    drain(client);
    close(server);
    close(client);
}

static const struct {
    const char *name;
    void (*conduct)(void);
} exchanges[] = {
    {"four", four},
    {"three", three},
    {"half-close", half_close},
    {"reset", reset},
    {"unread", unread},
    {"late", late},
    {"refused", refused},
    {"unaccepted", unaccepted},
    {"time-wait-client", time_wait_client},
    {"time-wait-server", time_wait_server},
    {"both", both},
};

int main(int argc, char *argv[])
{
    diag_init("conduct");
    while (next_option(argc, argv, "", help) != -1)
        continue;
    if (optind + 1 != argc)
        die_usage("needs the name of one exchange");
    for (size_t i = 0; i < sizeof exchanges / sizeof exchanges[0]; i++)
        if (strcmp(argv[optind], exchanges[i].name) == 0) {
            exchanges[i].conduct();
            return 0;
        }
    die_usage("'%s' is no exchange", argv[optind]);
}
