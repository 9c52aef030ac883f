/* server.c - lab 01: a TCP echo server, which sends back what each client sends.
 *
 * Shows:      every call of a TCP server; the end of a stream; a client that dies.
 * Run this:   ./server -v
 *             ./client -v hello
 * See this:   server: accepted 127.0.0.1:40312 as descriptor 4, tcp 127.0.0.1:5001 <- ...
 * Try:        two clients at once; kill -9 on a client; a second server on the same port.
 */
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "Sends back what each client sends, one client after the other.\n\n"
                           "  -p PORT  listen on this port; 0 lets the kernel choose one (5001)\n"
                           "  -v       print what each call returns\n"
                           "  -h       print this help";

static volatile sig_atomic_t stop;
static void on_stop_signal(int signal_number)
{
    stop = signal_number;
}

/* The passive open. SO_REUSEADDR lets you restart the server at once; lab 05 shows why. */
static int open_listener(uint16_t port)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK); /* network byte order, like the port: ip(7) */
    int result, listen_fd = socket(AF_INET, SOCK_STREAM, 0);
    trace("socket(AF_INET, SOCK_STREAM, 0) = %d", listen_fd);
    if (listen_fd == -1)
        die("socket");
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        die("setsockopt SO_REUSEADDR");
    if ((result = bind(listen_fd, (struct sockaddr *)&where, sizeof where)) == -1)
        die("bind 127.0.0.1:%d", port);
    trace("bind(%d, 127.0.0.1:%d) = %d", listen_fd, port, result);
    if ((result = listen(listen_fd, SOMAXCONN)) == -1)
        die("listen on 127.0.0.1:%d", port);
    trace("listen(%d) = %d", listen_fd, result);
    return listen_fd;
}

/* Sends back what comes. Returns 0 at the end of the stream, -1 when the client is gone. */
static ssize_t serve_client(int conn_fd)
{
    char data[16384];
    for (;;) {
        ssize_t got = recv(conn_fd, data, sizeof data, 0);
        trace("recv(%d) = %zd", conn_fd, got);
        if (got <= 0)
            return got;
        for (ssize_t done = 0, sent; done < got; done += sent) { /* send may take only a part */
            sent = send(conn_fd, data + done, (size_t)(got - done), MSG_NOSIGNAL);
            trace("send(%d, %zd bytes) = %zd", conn_fd, got - done, sent);
            if (sent == -1 || stop)
                return -1;
        }
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5001;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_stop_signal}, NULL);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_stop_signal}, NULL);

    int listen_fd = open_listener((uint16_t)port);
    struct sockaddr_in local = {0}, client = {0};
    getsockname(listen_fd, (struct sockaddr *)&local, &(socklen_t){sizeof local});
    say("listening on %s:%d", inet_ntoa(local.sin_addr), ntohs(local.sin_port));
    while (!stop) {
        int conn_fd = accept(listen_fd, (struct sockaddr *)&client, &(socklen_t){sizeof client});
        trace("accept(%d) = %d", listen_fd, conn_fd);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue; /* a signal came, or (not on Linux) a client left the queue */
        if (conn_fd == -1)
            die("accept");
        char peer[32];
        snprintf(peer, sizeof peer, "%s:%d", inet_ntoa(client.sin_addr), ntohs(client.sin_port));
        getsockname(conn_fd, (struct sockaddr *)&local, &(socklen_t){sizeof local});
        say("accepted %s as descriptor %d, tcp %s:%d <- %s", peer, conn_fd,
            inet_ntoa(local.sin_addr), ntohs(local.sin_port), peer);
        if (serve_client(conn_fd) == 0)
            say("end of stream from %s", peer);
        else
            say("lost %s: %s", peer, stop ? "stopping" : errno_name(errno));
        close(conn_fd);
    }
    close(listen_fd);
    say("stopped");
}
