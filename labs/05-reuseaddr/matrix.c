/* matrix.c - lab 05: may a server start again on its port? All twelve answers, by experiment.
 *
 * Shows:      it depends on who closed the last connection first, and on SO_REUSEADDR of *both* the
 *             old listening socket and the new one.
 * Run this:   ./matrix
 * Try:        ./matrix -v, which tells what each experiment does.
 */
#include "addr.h"
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum closes_first { SERVER, CLIENT, SERVER_WITH_RESET };

static const char help[] =
    "usage: matrix [-v] [-p PORT]\n"
    "Tries the twelve ways to restart a server, each on a port of its own.\n\n"
    "  -p PORT  the first of twelve ports, 1024 to 65000 (5105)\n"
    "  -v       tell what each experiment does\n"
    "  -h       this help";

/* Opens a listening socket on the loopback address. Returns it, or -1 with errno set. */
static int try_listen(uint16_t port, bool reuse)
{
    struct sockaddr_in where = {.sin_family = AF_INET};
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1)
        die("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){reuse}, sizeof(int)) == -1)
        die("setsockopt SO_REUSEADDR");
    if (bind(fd, (struct sockaddr *)&where, sizeof where) == -1 || listen(fd, 1) == -1) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* Connects to the listening socket, and gives the two ends of that connection. */
static void open_pair(int listen_fd, int *client_fd, int *server_fd)
{
    struct endpoint where = {.len = sizeof where.addr};
    getsockname(listen_fd, (struct sockaddr *)&where.addr, &where.len);
    *client_fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(*client_fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("connect");
    *server_fd = accept(listen_fd, NULL, NULL);
    if (*server_fd == -1)
        die("accept");
}

/* One end closes, the other sees it, and closes as well. Returns what the other's recv(2) said.
 * With a time to linger the last close(2) waits until all is acknowledged, its FIN too (socket(7)):
 * only then is the state of the other end its final one. */
static int close_in_order(int first_fd, int second_fd)
{
    char byte;
    struct linger wait = {.l_onoff = true, .l_linger = 10};
    setsockopt(second_fd, SOL_SOCKET, SO_LINGER, &wait, sizeof wait);
    close(first_fd);
    int seen = recv_some(second_fd, &byte, 1) == -1 ? errno : 0;
    close(second_fd);
    return seen;
}

/* A server's life: it listens, serves a client, ends; then another starts on its port. Returns 0
 * when that one listens, else its errno. */
static int restart(uint16_t port, enum closes_first who, bool old_reuse, bool new_reuse)
{
    int client_fd, server_fd;
    int listen_fd = try_listen(port, old_reuse);
    if (listen_fd == -1)
        die("port %u: the experiment needs a port that was not used for a minute", port);
    open_pair(listen_fd, &client_fd, &server_fd);
    struct linger abort = {.l_onoff = who == SERVER_WITH_RESET, .l_linger = 0};
    setsockopt(server_fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    int seen =
        who == CLIENT ? close_in_order(client_fd, server_fd) : close_in_order(server_fd, client_fd);
    close(listen_fd);

    int new_fd = try_listen(port, new_reuse);
    int error = new_fd == -1 ? errno : 0;
    trace("port %u: old %s, new %s, %s closes first, the other end sees %s: new server %s", port,
          old_reuse ? "SO_REUSEADDR" : "without", new_reuse ? "SO_REUSEADDR" : "without",
          who == CLIENT ? "client" : "server", seen ? errno_name(seen) : "end of stream",
          error ? errno_name(error) : "listens");
    if (new_fd != -1)
        close(new_fd);
    return error;
}

int main(int argc, char *argv[])
{
    diag_init("matrix");
    const char *rows[] = {"server", "client", "server, with a reset"};
    long port = 5105;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "the first of twelve ports", 1024, 65000);
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);

    puts("                       which listening socket had SO_REUSEADDR");
    printf("%-22s %-12s %-12s %-12s %s\n", "who closed first", "neither", "only new", "only old",
           "both");
    for (enum closes_first who = SERVER; who <= SERVER_WITH_RESET; who++) {
        printf("%-22s", rows[who]);
        for (int options = 0; options < 4; options++) {
            int error = restart((uint16_t)port++, who, options & 2, options & 1);
            printf(" %-*s", options < 3 ? 12 : 0, error ? errno_name(error) : "listens");
        }
        puts("");
    }
    if (ferror(stdout))
        die("write to standard output");
    return EXIT_SUCCESS;
}
