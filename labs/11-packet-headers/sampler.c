/* sampler.c - lab 11: sends one packet of the kind that you want to see.
 *
 * Shows:      datagrams, large and small; options; a tag; and packets that are wrong on purpose.
 * Run this:   ./receiver
 *             ./sampler -d A:10B:90 swapped 127.0.0.1
 * See this:   sampler: sent one packet: swapped
 * Try:        -s 3000 udp on a wire of 1500 bytes; the same with -D; -p 5111 in both programs
 */
#include "diag.h"
#include "net.h"
#include "ordinary.h"
#include "raw.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: sampler [-D] [-d DATA | -s SIZE] [-p PORT] KIND HOST\n"
    "Sends one packet of a KIND to HOST, an IP address (vlan: an interface instead):\n\n"
    "  udp       a datagram, by an ordinary socket\n"
    "  options   the same, with an option of IPv4, or an extension header of IPv6\n"
    "  plain     a datagram made by hand: the same as udp (this and all below need a raw socket)\n"
    "  swapped   its 2nd and 4th word of 16 bits changed places after the checksum was computed\n"
    "  digit     one bit of its third byte was changed after that\n"
    "  nosum     it has no checksum\n"
    "  flags     a TCP header with all flags set\n"
    "  vlan      a frame with the VLAN tag 5\n\n"
    "  -d DATA   what is in it (hello)\n"
    "  -s SIZE   so many bytes of data, for udp and options\n"
    "  -D        it may not be cut into fragments (DF), for udp and options\n"
    "  -p PORT   to this port (5011)";

static int send_sample(const char *kind, const char *host, uint16_t port, const struct message *m)
{
    static const char *const damages[] = {"plain", "swapped", "digit", "nosum"};
    if (strcmp(kind, "vlan") == 0)
        return send_vlan(host, 5, m->data);
    struct endpoint to = resolve_or_die(host, port);
    if (strcmp(kind, "udp") == 0 || strcmp(kind, "options") == 0)
        return send_message(&to, m, *kind == 'o');
    struct sockaddr_in four;
    if (to.addr.ss_family != AF_INET)
        die_usage("%s is sent by IPv4 only, and %s is not its address", kind, host);
    memcpy(&four, &to.addr, sizeof four);
    if (strcmp(kind, "flags") == 0)
        return send_flags(&four);
    size_t len = strlen(m->data);
    if ((strcmp(kind, "swapped") == 0 && len < 8) || (strcmp(kind, "digit") == 0 && len < 3))
        die_usage("%s needs more data to damage: -d A:10B:90", kind);
    for (int i = 0; i < 4; i++)
        if (strcmp(kind, damages[i]) == 0)
            return send_udp(&four, m->data, (enum damage)i);
    die_usage("there is no kind '%s'", kind);
}

int main(int argc, char *argv[])
{
    diag_init("sampler");
    struct message message = {.data = "hello"};
    long size = -1, port = 5011;
    for (int c; (c = next_option(argc, argv, "d:Dp:s:", help)) != -1;) {
        if (c == 'd')
            message.data = optarg;
        else if (c == 'D')
            message.whole = true;
        else if (c == 'p')
            port = number_option(c, "a port", 1, 65535);
        else
            size = number_option(c, "a number of bytes", 0, 65535);
    }
    if (argc - optind != 2)
        die_usage("it needs a KIND and a HOST");
    const char *kind = argv[optind], *host = argv[optind + 1];
    message.size = size == -1 ? strlen(message.data) : (size_t)size;
    if (send_sample(kind, host, (uint16_t)port, &message) == -1)
        die("send %s to %s", kind, host);
    say("sent one packet: %s", kind);
    return EXIT_SUCCESS;
}
