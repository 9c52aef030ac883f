/* traceroute.c - lists the routers on the way to a host, hop by hop.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 06
 * The options are read for you, and the host's address is found. The rest is yours.
 */
#include "diag.h"
#include "net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: traceroute [-v] [-m HOPS] [-w MILLISECONDS] HOST\n"
                           "Lists the routers on the way to HOST.\n\n"
                           "  -m HOPS          give up after HOPS hops (30)\n"
                           "  -w MILLISECONDS  how long to wait for each answer (1000)";

int main(int argc, char *argv[])
{
    diag_init("traceroute");
    long hops = 30, patience = 1000;
    for (int c; (c = next_option(argc, argv, "m:w:", help)) != -1;) {
        if (c == 'm')
            hops = number_option(c, "a number of hops", 1, 255);
        else if (c == 'w')
            patience = number_option(c, "a time in milliseconds", 1, 60000);
    }
    if (optind + 1 != argc)
        die_usage("name one host");
    struct endpoint where = resolve_or_die(argv[optind], 0);

    /* Yours from here: a UDP socket for the probes, and a raw socket for the errors that the
     * routers send. Then, for each hop, send a probe, wait for its answer, and print a line:
     *     say("%d  %s", hop, address);
     */
    char text[ENDPOINT_TEXT_MAX];
    die_plain("no path to %s yet (at most %ld hops, %ld ms each): the exercise starts here",
              format_endpoint(&where, text), hops, patience);
}
