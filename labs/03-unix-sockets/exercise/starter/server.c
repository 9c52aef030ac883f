/* server.c - the whoami server: sends each client its own pid, uid and gid.
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
                           "Answers each line of a client with that client's pid, uid and gid.";

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *path = "whoami.sock";
    while (next_option(argc, argv, "s:", help) != -1)
        path = optarg;

    /* Yours from here: bind a Unix stream socket to `path` (and what if something is there?), and
     * listen. Then, for ever, accept a client and answer each of its lines until its end of stream.
     * At SIGTERM remove the file, and end. */
    die_plain("nothing listens at %s yet: the exercise starts here", path);
}
