/* server.c - lab 01: an iterative TCP echo server. What it reads, it sends back.
 *
 * Shows:      the passive open (socket, bind, listen), and that accept(2) gives a new descriptor on
 *             the *same* local port; end of stream; a client that dies.
 * Run this:   ./server -v            and in a second terminal: ./client -v hello
 * See this:   server: accepted 127.0.0.1:40312 as descriptor 4, tcp 127.0.0.1:5001 <- ...
 * Try:        two clients at once; kill -9 the client; a second server on the same port.
 */
#include "addr.h"
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct options {
    const char *host;
    uint16_t port;
    long patience; /* seconds */
};

static const char help[] =
    "usage: server [-v] [-b HOST] [-p PORT] [-w SECONDS]\n"
    "Sends back what each client sends, one client after the other.\n\n"
    "  -b HOST     the address to bind: a name, IPv4 or IPv6 (127.0.0.1)\n"
    "  -p PORT     the port to bind, 0 to 65535; 0: the kernel chooses (5001)\n"
    "  -w SECONDS  give up on a client that reads nothing for so long, 1 to 3600 (10)\n"
    "  -v          tell each system call with its result\n"
    "  -h          this help\n\n"
    "SIGINT (Ctrl-C) and SIGTERM stop it.";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.host = "127.0.0.1", .port = 5001, .patience = 10};
    for (int c; (c = next_option(argc, argv, "b:p:w:", help)) != -1;) {
        if (c == 'b')
            opt.host = optarg;
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (c == 'w')
            opt.patience = number_option(c, "a time in seconds", 1, 3600);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    return opt;
}

/* The passive open: a socket that has a name (bind) and waits for connections (listen). */
static int open_listener(const struct endpoint *where)
{
    char text[ENDPOINT_TEXT_MAX];
    int listen_fd = socket(where->addr.ss_family, SOCK_STREAM, 0);
    trace("socket(SOCK_STREAM) = %d", listen_fd);
    if (listen_fd == -1)
        die("socket");
    /* Without this a restart may have to wait for a minute; lab 05 shows why (socket(7)). */
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == -1)
        die("setsockopt SO_REUSEADDR");
    int result = bind(listen_fd, (const struct sockaddr *)&where->addr, where->len);
    trace("bind(%d, %s) = %d", listen_fd, format_endpoint(where, text), result);
    if (result == -1)
        die("bind %s", format_endpoint(where, text));
    result = listen(listen_fd, SOMAXCONN);
    trace("listen(%d) = %d", listen_fd, result);
    if (result == -1)
        die("listen %s", format_endpoint(where, text));
    return listen_fd;
}

/* Echoes until end of stream. Returns the number of bytes echoed, or -1 with errno set. */
static long long serve_client(int conn_fd)
{
    char data[16384]; /* bounded memory: what is not read waits in the kernel, then at the client */
    long long echoed = 0;
    while (!stop) { /* a busy client may keep every call from blocking, and so from EINTR */
        ssize_t n = recv_some(conn_fd, data, sizeof data);
        trace("recv(%d) = %zd%s", conn_fd, n, n == 0 ? "   end of stream" : "");
        if (n <= 0)
            return n == 0 ? echoed : -1;
        int result = send_all(conn_fd, data, (size_t)n);
        trace("send(%d, %zd bytes) = %s", conn_fd, n, result == 0 ? "all" : errno_name(errno));
        if (result == -1)
            return -1;
        echoed += n;
    }
    errno = EINTR;
    return -1;
}

/* A client that vanishes is an event of a server's day, not an error of the server. */
static void tell_end(const char *peer, long long echoed)
{
    if (echoed >= 0)
        say("end of stream from %s, %lld bytes echoed", peer, echoed);
    else if (errno == EAGAIN)
        say("gave up on %s: it does not read", peer);
    else if (errno == EINTR)
        say("left %s: asked to stop", peer);
    else
        say("lost %s: %s", peer, errno_name(errno));
}

static void serve(int listen_fd, long patience)
{
    while (!stop) {
        struct endpoint client = {.len = sizeof client.addr};
        int conn_fd = accept(listen_fd, (struct sockaddr *)&client.addr, &client.len);
        if (conn_fd == -1 && (errno == EINTR || errno == ECONNABORTED))
            continue; /* a signal, or a client that left the queue before we came (accept(2)) */
        if (conn_fd == -1)
            die("accept");
        trace("accept(%d) = %d", listen_fd, conn_fd);
        char peer[ENDPOINT_TEXT_MAX], local[ENDPOINT_TEXT_MAX];
        format_endpoint(&client, peer); /* getpeername(2) would fail if it has left already */
        say("accepted %s as descriptor %d, tcp %s <- %s", peer, conn_fd,
            local_endpoint(conn_fd, local), peer);
        struct timeval limit = {.tv_sec = patience};
        if (setsockopt(conn_fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == -1)
            die("setsockopt SO_SNDTIMEO");
        tell_end(peer, serve_client(conn_fd));
        close(conn_fd);
    }
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

    int listen_fd = open_listener(&where);
    char text[ENDPOINT_TEXT_MAX];
    say("listening on %s", local_endpoint(listen_fd, text));
    serve(listen_fd, opt.patience);
    close(listen_fd);
    say("stopped");
    return EXIT_SUCCESS;
}
