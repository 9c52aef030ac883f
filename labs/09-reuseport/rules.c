/* rules.c - lab 09: who may open a second socket at the same port? Each answer is an experiment.
 *
 * Shows:      SO_REUSEPORT lets sockets share a port if *all* of them have it, and belong to one
 *             user. SO_REUSEADDR is something else: for TCP it never does that.
 * Run this:   ./rules
 * See this:   TCP, SO_REUSEPORT   EADDRINUSE   EADDRINUSE   EADDRINUSE   shared
 * Try:        ../../scripts/netbox --users ./rules -u 1000,
 *             where the second socket is another user's.
 */
#include "diag.h"
#include "listener.h"
#include "net.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_SUCH_USER = 255 }; /* no errno is so large */

static const char help[] = "usage: rules [-v] [-p PORT] [-u USER]\n"
                           "Tries who may open a second socket at a port.\n\n"
                           "  -p PORT  the first of 16 ports, 1024 to 65000 (5109)\n"
                           "  -u USER  the second socket belongs to this user id, 1 to 65534\n"
                           "  -v       print what each call returns\n"
                           "  -h       print this help";

/* Opens the second socket in a process of its own, which
 * may become another user. Returns 0, or why it could not. */
static int try_second(const struct endpoint *where, int type, int option, uid_t user)
{
    int status;
    pid_t pid = fork();
    if (pid == -1)
        die("fork");
    if (pid == 0) {
        if (user && setresuid(user, user, user) == -1)
            _exit(NO_SUCH_USER);
        _exit(open_listener(where, type, option) == -1 ? errno : 0);
    }
    if (waitpid(pid, &status, 0) == -1)
        die("waitpid");
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_SUCH_USER)
        die_plain("cannot become user %u: run it by scripts/netbox --users", user);
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

/* One experiment: a socket with the option or without, and a second one. */
static const char *share(uint16_t port, int type, int first, int second, uid_t user)
{
    struct endpoint where = resolve_or_die("127.0.0.1", port);
    int fd = open_listener(&where, type, first);
    if (fd == -1)
        die("port %u", port);
    int error = try_second(&where, type, second, user);
    close(fd);
    return error ? errno_name(error) : "shared";
}

int main(int argc, char *argv[])
{
    diag_init("rules");
    static const struct {
        const char *name;
        int type, option;
    } rows[] = {{"TCP, SO_REUSEPORT", SOCK_STREAM, SO_REUSEPORT},
                {"UDP, SO_REUSEPORT", SOCK_DGRAM, SO_REUSEPORT},
                {"TCP, SO_REUSEADDR", SOCK_STREAM, SO_REUSEADDR},
                {"UDP, SO_REUSEADDR", SOCK_DGRAM, SO_REUSEADDR}};
    long port = 5109, user = 0;
    for (int c; (c = next_option(argc, argv, "p:u:", help)) != -1;) {
        if (c == 'p')
            port = number_option(c, "the first of 16 ports", 1024, 65000);
        else
            user = number_option(c, "a user id", 1, 65534);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    puts("who has the option   neither      only first   only second  both");
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        const char *cells[4]; /* bit 0: the first socket has the option; bit 1: the second has it */
        for (int i = 0; i < 4; i++)
            cells[i] = share((uint16_t)port++, rows[row].type, i & 1 ? rows[row].option : 0,
                             i & 2 ? rows[row].option : 0, (uid_t)user);
        printf("%-20s %-12s %-12s %-12s %s\n", rows[row].name, cells[0], cells[1], cells[2],
               cells[3]);
    }
    if (ferror(stdout))
        die("write to standard output");
}
