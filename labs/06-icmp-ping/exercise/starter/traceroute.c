/* traceroute.c - names the routers on the way to a host, hop by hop.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 06
 * The options are read for you; the network is yours.
 */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char help[] = "usage: traceroute [-v] [-m HOPS] [-w MILLISECONDS] HOST\n"
                           "Names the routers on the way to HOST.\n\n"
                           "  -m HOPS          give up after so many hops (30)\n"
                           "  -w MILLISECONDS  wait so long for each answer (1000)";

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
        die_usage("which way? Name a host");
    struct endpoint where;
    int error = resolve(argv[optind], 0, &where);
    if (error != 0)
        die_plain("cannot find host '%s': %s", argv[optind], gai_strerror(error));

    /* Yours from here: a UDP socket for the probes, a raw socket for what the routers say about
     * them; then, hop by hop, a probe, its answer or `*`, and a line:
     *     say("%d  %s", hop, address);
     */
    die_plain("no way to %s yet, in %ld hops of %ld ms: the exercise starts here", argv[optind],
              hops, patience);
}
