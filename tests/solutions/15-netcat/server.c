/* server.c - TODO: the exercise's name, and what it does.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 15
 */
#include "diag.h"

static const char help[] = "usage: server [-v] [-p PORT]\n"
                           "TODO: what it does, in a sentence.";

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5015;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);

    /* TODO: solve it. */
    die_plain("nothing listens on port %ld yet: the exercise starts here", port);
}
