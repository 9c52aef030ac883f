/* unblock.c - runs a command with no signal blocked.
 *
 *     unblock COMMAND [ARGUMENT...]
 *
 * A process inherits which signals are blocked (signal(7)), and neither bash nor env(1) can unblock
 * one. If the caller of a check had SIGTERM blocked, a server could not be ended by it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    sigset_t none;
    sigemptyset(&none);
    if (argc < 2) {
        fputs("usage: unblock COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    if (sigprocmask(SIG_SETMASK, &none, NULL) == 0)
        execvp(argv[1], argv + 1);
    fprintf(stderr, "unblock: %s: %s\n", argv[1], strerror(errno));
    return 126;
}
