/* server.c - the rolling restart: the next server
 * takes over from this one, and no connection is lost.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 09
 * The options are read for you.
 */
#include "diag.h"

#include <unistd.h>

static const char help[] =
    "usage: server [-v] [-n NAME] [-p PORT]\n"
    "Answers each client with NAME. The next one takes over without a loss.\n\n"
    "  -n NAME  what it answers (server)\n"
    "  -p PORT  the port to share on 127.0.0.1 (5009)";

int main(int argc, char *argv[])
{
    diag_init("server");
    const char *name = "server";
    long port = 5009;
    for (int c; (c = next_option(argc, argv, "n:p:", help)) != -1;) {
        if (c == 'n')
            name = optarg;
        else
            port = number_option(c, "a port", 0, 65535);
    }

    /* Yours from here: listen, take over from the one that runs, print "ready", answer clients. At
     * SIGTERM answer all that wait, and end. */
    die_plain("%s does not listen on port %ld yet: the exercise starts here", name, port);
}
