/* client.c - lab 03: connects to a Unix socket, and prints what the server knows of this process.
 *
 * Shows:      connect to a path or an abstract name, and its errors: no file, no server, a mode
 *             that forbids it; SO_PEERCRED in the other direction.
 * Run this:   ./server
 *             ./client
 * See this:   client: the answer: you are pid 4711, ...
 * Try:        -f, which lets a child read the answer: whose process id is in it?
 */
#include "diag.h"
#include "io.h"
#include "name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] = "usage: client [-fv] [-s NAME]\n"
                           "Asks the server at NAME for our process id, user id and group id.\n\n"
                           "  -s NAME  a path, or @NAME for the abstract name NAME (whoami.sock)\n"
                           "  -f       connect, then let a child process read the answer\n"
                           "  -v       print each system call with its result\n"
                           "  -h       this help";

static int open_connection(const char *name)
{
    struct sockaddr_un addr;
    socklen_t len;
    name_or_die(name, &addr, &len);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    trace("socket(AF_UNIX, SOCK_STREAM) = %d", fd);
    if (fd == -1)
        die("socket");
    int result = connect(fd, (const struct sockaddr *)&addr, len);
    trace("connect(%d, %s, %u bytes) = %d", fd, name, (unsigned)len, result);
    if (result == -1)
        die("connect %s", name);
    return fd;
}

/* It works in both directions: a client sees the process that called listen(2) (unix(7)). */
static void print_server(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
        die("getsockopt SO_PEERCRED");
    say("the server is pid %d, uid %u, gid %u", peer.pid, peer.uid, peer.gid);
}

static void read_answer(int fd)
{
    char text[200];
    ssize_t n = recv_exact(fd, text, sizeof text - 1); /* to the end of the stream */
    trace("recv(%d) = %zd", fd, n);
    if (n <= 0)
        die_plain("no answer came");
    text[n] = '\0';
    text[strcspn(text, "\n")] = '\0';
    say("the answer: %s", text);
}

/* Returns in the child, which has the connection too. The parent ends with the child's status. */
static void leave_to_a_child(void)
{
    pid_t child = fork();
    if (child == -1)
        die("fork");
    if (child != 0) {
        int status = 0;
        waitpid(child, &status, 0);
        exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
    }
    say("I am the child, pid %d, and I read the answer", getpid());
}

int main(int argc, char *argv[])
{
    diag_init("client");
    const char *name = "whoami.sock";
    bool forks = false;
    for (int c; (c = next_option(argc, argv, "fs:", help)) != -1;) {
        if (c == 's')
            name = optarg;
        else
            forks = true;
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);

    say("I am pid %d, uid %u, gid %u", getpid(), getuid(), getgid());
    int fd = open_connection(name);
    print_server(fd);
    if (forks)
        leave_to_a_child();
    read_answer(fd);
    return EXIT_SUCCESS;
}
