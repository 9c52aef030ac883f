/* sender.c - the sender: all of a file arrives, over a cable that loses.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 16
 * The options are read for you.
 */
#include "diag.h"

#include <unistd.h>

static const char help[] =
    "usage: sender [-v] [-b HOST] [-i NUMBER] [-p PORT] [-w WINDOW] FILE\n"
    "Sends FILE to the receiver, in numbered packets, until all are acknowledged.\n\n"
    "  -b HOST    where the receiver is (127.0.0.1)\n"
    "  -i NUMBER  of the first packet (0)\n"
    "  -p PORT    the receiver's port (5016)\n"
    "  -w WINDOW  how many packets may be under way (1)";

int main(int argc, char *argv[])
{
    diag_init("sender");
    const char *host = "127.0.0.1";
    long first = 0, port = 5016, window = 1;
    for (int c; (c = next_option(argc, argv, "b:i:p:w:", help)) != -1;) {
        if (c == 'b')
            host = optarg;
        else if (c == 'i')
            first = number_option(c, "a packet's number", 0, 65535);
        else if (c == 'p')
            port = number_option(c, "a port", 1, 65535);
        else
            window = number_option(c, "a window", 1, 1000);
    }
    if (optind + 1 != argc)
        die_usage("which file?");

    /* Yours from here: a socket, connected to the receiver; then send what the window allows, and
     * wait for acknowledgements or for the time to be over, until all is acknowledged. */
    die_plain(
        "%s is not sent to %s:%ld yet (first packet %ld, window %ld): the exercise starts here",
        argv[optind], host, port, first, window);
}
