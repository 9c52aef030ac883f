/* scan.c - lab 15's exercise: tells which ports of a host are open, closed or filtered. */
#include "diag.h"
#include "net.h"

#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: scan [-v] [-w MS] [-n WINDOW] HOST FIRST-LAST\n"
    "Tells of each TCP port of HOST, an IPv4 address, whether it is open, closed or filtered.\n\n"
    "  -w MS      wait so long for an answer, 1 to 60000 (1000)\n"
    "  -n WINDOW  at most so many connects at a time, 1 to 300 (64)";

int main(int argc, char *argv[])
{
    diag_init("scan");
    long window = 64, wait_ms = 1000;
    for (int c; (c = next_option(argc, argv, "n:w:", help)) != -1;) {
        if (c == 'n')
            window = number_option(c, "a number of connects", 1, 300);
        if (c == 'w')
            wait_ms = number_option(c, "a time in ms", 1, 60000);
    }
    if (argc - optind != 2)
        die_usage("a HOST and a range FIRST-LAST");

    /* Yours from here. Hint 1 is about the window, hint 2 about the functions. */
    die_plain("cannot scan %s yet, by %ld at a time, each for %ld ms", argv[optind], window,
              wait_ms);
}
