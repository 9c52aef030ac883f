/* server.c - lab 13, the exercise: a bank that executes each
 * deposit once, whatever is lost, repeated or restarted.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 13
 */
#include "diag.h"
#include "net.h"

#include <stddef.h>
#include <unistd.h>

static const char help[] = "usage: server -j FILE [-v] [-p PORT]\n"
                           "A bank that executes each deposit once. FILE is its journal.";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5013;
    const char *path = NULL;
    for (int c; (c = next_option(argc, argv, "j:p:", help)) != -1;) {
        if (c == 'p')
            port = number_option(c, "a port", 0, 65535);
        else
            path = optarg;
    }
    if (!path)
        die_usage("-j FILE, the journal");

    /* Yours from here: read the journal, bind a datagram socket to 127.0.0.1, answer. In which
     * order do journal, disk and answer come? */
    die_plain("no bank at port %ld yet: the exercise starts here", port);
}
