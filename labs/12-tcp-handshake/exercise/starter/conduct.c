/* conduct.c - brings about a named exchange between two ends of a connection, and plays both.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 12
 * See what it does: ../ladder/ladder -p 5012, in another terminal.
 */
#include "diag.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const char help[] = "usage: conduct NAME\n"
                           "Plays the client and the server of the exchange NAME, on port 5012.\n\n"
                           "  four three half-close reset unread late refused unaccepted\n"
                           "  time-wait-client time-wait-server both";

int main(int argc, char *argv[])
{
    diag_init("conduct");
    while (next_option(argc, argv, "", help) != -1)
        continue;
    if (optind + 1 != argc)
        die_usage("needs the name of one exchange");

    /* Yours from here: refuse a name that is none; then make the calls of both ends, in order. */
    die_plain("cannot conduct '%s' yet: the exercise starts here", argv[optind]);
}
