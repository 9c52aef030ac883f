/* pair.c - lab 03: two sockets that are connected from birth, for a parent and its child.
 *
 * Shows:      socketpair(2): no name, no listen, no connect, no third party; it goes both ways, and
 *             ends as every stream does. A pipe(2) goes one way only.
 * Run this:   ./pair -v
 * See this:   child: got "ping", answered "pong"
 * Try:        leave out close(ends[1]) in the parent and -9 the child: the parent waits for ever.
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
                           "  -v  tell each system call with its result\n"
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

/* A socket that nobody bound has an address that is a family and nothing else (unix(7)). */
static void tell_name(int fd)
{
    struct sockaddr_un addr;
    socklen_t len = sizeof addr;
    if (getsockname(fd, (struct sockaddr *)&addr, &len) == -1)
        die("getsockname");
    say("the address of descriptor %d has %zu bytes of name", fd,
        len - offsetof(struct sockaddr_un, sun_path));
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
    tell_name(ends[0]);
    pid_t child = fork(); /* both processes have both ends now: each closes the other's */
    if (child == -1)
        die("fork");
    if (child == 0) {
        close(ends[0]);
        be_the_child(ends[1]);
        return EXIT_SUCCESS;
    }
    close(ends[1]);
    char text[100];
    for (int i = 0; i < 2; i++) {
        if (send_all(ends[0], "ping", 4) == -1)
            die("send");
        ssize_t n = recv_exact(ends[0], text, 4);
        if (n != 4)
            die_plain("the child ended early");
        say("got \"%.*s\"", (int)n, text);
    }
    close(ends[0]);
    trace("close(%d): the last descriptor of this end", ends[0]);
    waitpid(child, NULL, 0);
    return EXIT_SUCCESS;
}
