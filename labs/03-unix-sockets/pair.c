/* pair.c - lab 03: two sockets that are connected from birth, for a parent and its child.
 *
 * Shows:      socketpair(2) needs no name, no listen and no connect. It carries data both ways, and
 *             ends as every stream does. A pipe(2) goes one way only.
 * Run this:   ./pair -v
 * See this:   child: got "ping", answered "pong"
 * Try:        leave out the close: then the child holds both ends, and waits for ever.
 */
#include "diag.h"
#include "io.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] = "usage: pair [-v]\n"
                           "A parent and its child talk over a socketpair.\n\n"
                           "  -v  print each system call with its result\n"
                           "  -h  this help";

static void be_the_child(int fd)
{
    char text[100];
    ssize_t n;
    diag_init("child");
    while ((n = recv_some(fd, text, sizeof text)) > 0) {
        say("got \"%.*s\", answered \"pong\"", (int)n, text);
        if (send_all(fd, "pong", 4) == -1)
            die("send");
    }
    say("end of stream");
}

/* The address of a socket that was never bound is a family and nothing else (unix(7)). */
static void print_name(int fd)
{
    struct sockaddr_un addr;
    socklen_t len = sizeof addr;
    if (getsockname(fd, (struct sockaddr *)&addr, &len) == -1)
        die("getsockname");
    say("the address of descriptor %d has %zu bytes of name", fd,
        len - offsetof(struct sockaddr_un, sun_path));
}

static void be_the_parent(int fd)
{
    char text[4];
    for (int i = 0; i < 2; i++) {
        if (send_all(fd, "ping", 4) == -1)
            die("send");
        if (recv_exact(fd, text, sizeof text) != sizeof text)
            die_plain("the child ended early");
        say("got \"%.4s\"", text);
    }
    close(fd);
    trace("close(%d): the last descriptor of this end", fd);
    wait(NULL);
}

int main(int argc, char *argv[])
{
    diag_init("parent");
    while (next_option(argc, argv, "", help) != -1)
        continue;
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);

    int ends[2];
    int result = socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    trace("socketpair(AF_UNIX, SOCK_STREAM) = %d: %d and %d", result, ends[0], ends[1]);
    if (result == -1)
        die("socketpair");
    print_name(ends[0]);
    pid_t child = fork(); /* both processes have both ends now: each closes the other's */
    if (child == -1)
        die("fork");
    close(ends[child == 0 ? 0 : 1]);
    if (child == 0)
        be_the_child(ends[1]);
    else
        be_the_parent(ends[0]);
    return EXIT_SUCCESS;
}
