/* server.c - the whoami server: tells each client who it is, and its place is its own.
 *
 * Write this one from an empty main, call by call. What it must do is in ../README.md under
 * "Exercise". Check it with: scripts/lab check 03
 */
#include "diag.h"
#include "io.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-s PATH]\n"
                           "Tells each client its pid, uid and gid, once a line.";

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *path = "whoami.sock";
    while (next_option(argc, argv, "s:", help) != -1)
        path = optarg;

    /* Yours from here: a Unix stream socket, bound to `path` (and what if something is there?), that
     * listens; then, for ever, accept a client and answer each of its lines until its end of stream.
     * At SIGTERM: take the file away, and end. */
    die_plain("nothing listens at %s yet: the exercise starts here", path);
}
