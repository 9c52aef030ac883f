/* eyeballs.c - lab 10's exercise: connects to a name,
 * and does not wait for an address that is silent. */
#include "diag.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: eyeballs [-v] HOST PORT\n"
    "Connects to HOST, by whichever address answers, and prints what the server says.";

int main(int argc, char *argv[])
{
    diag_init("eyeballs");
    next_option(argc, argv, "", help);
    if (argc - optind != 2)
        die_usage("a HOST and a PORT");
    const char *host = argv[optind], *port = argv[optind + 1];

    /* Yours from here. Hint 1 is about the order, hint 2
     * about waiting for several things at once. */
    die_plain("cannot connect to %s, port %s, yet", host, port);
}
