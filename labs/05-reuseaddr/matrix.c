/* matrix.c - lab 05: may a server start again on its port? Twelve answers, each by an experiment.
 *
 * Shows:      the answer depends on which end closed the last connection first, and on SO_REUSEADDR
 *             of *both* listening sockets, the old one and the new one.
 * Run this:   ./matrix
 * See this:   server                 EADDRINUSE   EADDRINUSE   EADDRINUSE   listens
 * Try:        ./matrix -v, which prints what each experiment does; then ./matrix once more.
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum closer { SERVER, CLIENT, SERVER_WITH_RESET };

static const char help[] =
    "usage: matrix [-v] [-p PORT]\n"
    "Tries the twelve ways to restart a server, each on a port of its own.\n\n"
    "  -p PORT  the first of twelve ports, 1024 to 65000 (5105)\n"
    "  -v       print what each experiment does\n"
    "  -h       print this help";

/* Opens a listening socket. Returns it, or -1 with errno set. */
static int try_listen(const struct endpoint *where, bool reuse)
{
    int listen_fd = socket(where->addr.ss_family, SOCK_STREAM, 0);
    if (listen_fd == -1)
        die("socket");
    if (setsockopt(listen_fd, SOL_SOCKET, SO_REUSEADDR, &(int){reuse}, sizeof(int)) == -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(listen_fd, (const struct sockaddr *)&where->addr, where->len) == -1 ||
        listen(listen_fd, SOMAXCONN) == -1) {
        int error = errno;
        close(listen_fd);
        errno = error;
        return -1;
    }
    return listen_fd;
}

/* Closes one end; the other end notices, and closes too. Returns 0 if the other end read an end of
 * stream, else its errno. Because the second end lingers, its close waits until its FIN has been
 * acknowledged (socket(7)). Only then is the first end in its final state. */
static int close_in_order(int first_fd, int second_fd)
{
    static const struct linger wait = {.l_onoff = 1, .l_linger = 10};
    char byte;
    setsockopt(second_fd, SOL_SOCKET, SO_LINGER, &wait, sizeof wait);
    close(first_fd);
    int error = recv_some(second_fd, &byte, 1) == -1 ? errno : 0;
    close(second_fd);
    return error;
}

/* One experiment: a server listens, serves one client and ends. Then another one starts on the same
 * port. Returns what becomes of that one: "listens", or the name of its error. */
static const char *restart(uint16_t port, enum closer closer, bool old_reuse, bool new_reuse)
{
    struct endpoint where = resolve_or_die("127.0.0.1", port);
    int listen_fd = try_listen(&where, old_reuse);
    if (listen_fd == -1)
        die("port %u: the experiment needs a port that was not used for a minute", port);
    int client_fd = tcp_connect(&where);
    if (client_fd == -1)
        die("connect");
    int conn_fd = accept_client(listen_fd, NULL);
    if (conn_fd == -1)
        die("accept");
    struct linger reset = {.l_onoff = closer == SERVER_WITH_RESET, .l_linger = 0};
    setsockopt(conn_fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    int seen =
        closer == CLIENT ? close_in_order(client_fd, conn_fd) : close_in_order(conn_fd, client_fd);
    close(listen_fd);

    int new_fd = try_listen(&where, new_reuse);
    const char *outcome = new_fd == -1 ? errno_name(errno) : "listens";
    trace("port %u: SO_REUSEADDR old %d, new %d; the %s closes first, the other end gets %s: %s",
          port, old_reuse, new_reuse, closer == CLIENT ? "client" : "server",
          seen ? errno_name(seen) : "end of stream", outcome);
    if (new_fd != -1)
        close(new_fd);
    return outcome;
}

static void print_row(const char *head, const char *const cells[])
{
    printf("%-22s %-12s %-12s %-12s %s\n", head, cells[0], cells[1], cells[2], cells[3]);
}

int main(int argc, char *argv[])
{
    diag_init("matrix");
    static const char *const rows[] = {"server", "client", "server, with a reset"};
    static const char *const columns[] = {"neither", "only new", "only old", "both"};
    long port = 5105;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "the first of twelve ports", 1024, 65000);
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);

    puts("                       which listening socket had SO_REUSEADDR");
    print_row("who closed first", columns);
    for (enum closer closer = SERVER; closer <= SERVER_WITH_RESET; closer++) {
        const char *cells[4];
        for (int i = 0; i < 4; i++)
            cells[i] = restart((uint16_t)port++, closer, i & 2, i & 1);
        print_row(rows[closer], cells);
    }
    if (ferror(stdout))
        die("write to standard output");
}
