/* server.h - what these servers share. Each is of
 * another shape in one part, and has that part itself. */
#ifndef SERVER_H
#define SERVER_H

#include "diag.h"
#include "io.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] =
    "usage: server [-v] [-n NAME] [-p PORT]\n"
    "Answers each client with NAME. The next one takes over without a loss.\n\n"
    "  -n NAME  what it answers (server)\n"
    "  -p PORT  the port to share on 127.0.0.1 (5009)";

struct wishes {
    const char *name;
    uint16_t port;
};

static inline struct wishes parse_wishes(int argc, char *argv[])
{
    struct wishes wish = {"server", 5009};
    for (int c; (c = next_option(argc, argv, "n:p:", help)) != -1;) {
        if (c == 'n')
            wish.name = optarg;
        else
            wish.port = (uint16_t)number_option(c, "a port", 0, 65535);
    }
    return wish;
}

/* Blocks SIGTERM, which `set` then holds. */
static inline void block_sigterm(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGTERM);
    if (sigprocmask(SIG_BLOCK, set, NULL) == -1)
        die("sigprocmask");
}

/* The same, and returns a descriptor at which it can be read. */
static inline int catch_sigterm(void)
{
    sigset_t set;
    block_sigterm(&set);
    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    if (fd == -1)
        die("signalfd");
    return fd;
}

/* Returns a socket that listens at the port, with SO_REUSEPORT. `flags` are those of socket(2). */
static inline int listen_or_die(uint16_t port, int flags)
{
    struct sockaddr_in where = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0);
    if (fd == -1 || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int)) == -1 ||
        bind(fd, (struct sockaddr *)&where, sizeof where) == -1 || listen(fd, SOMAXCONN) == -1)
        die("listen on port %u", port);
    return fd;
}

/* All clients come to number 1 from now on, which is the newer one of two. */
static inline void take_all_clients(int listen_fd)
{
    struct sock_filter always_one = BPF_STMT(BPF_RET | BPF_K, 1);
    struct sock_fprog program = {.len = 1, .filter = &always_one};
    if (setsockopt(listen_fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == -1)
        die("setsockopt SO_ATTACH_REUSEPORT_CBPF");
}

/* Sends the line to a client, and closes. */
static inline void answer(int conn_fd, const char *name)
{
    if (send_all(conn_fd, name, strlen(name)) == -1 || send_all(conn_fd, "\n", 1) == -1)
        trace("lost a client: %s", errno_name(errno));
    close(conn_fd);
}

/* Answers the next client. Returns false if none waits at this non-blocking socket. */
static inline bool answer_next(int listen_fd, const char *name)
{
    int conn_fd = accept(listen_fd, NULL, NULL);
    if (conn_fd != -1)
        answer(conn_fd, name);
    else if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
        die("accept");
    return conn_fd != -1 || errno != EAGAIN;
}

#endif
