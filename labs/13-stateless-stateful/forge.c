/* forge.c - lab 13: sends a request in another client's name.
 *
 * Shows:      that a datagram's source address is what its sender wrote there. The answer goes to
 *             the client that is named in it, and the server believes that it has asked.
 * Run this:   seq 20 >numbers && ./server
 *             ./client -b 30013 -n 3 numbers && ./forge -b 30013
 * See this:   forge: asked for the next piece in the name of 127.0.0.1:30013
 * Try:        -s, a request without state; the other ways of the server. It needs a raw socket, and
 *             so the private network: scripts/netbox -- bash.
 */
#include "diag.h"
#include "message.h"
#include "net.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    uint16_t port, victim;
    const char *name;
};

static const char help[] =
    "usage: forge -b PORT [-v] [-p PORT] [-s NAME]\n"
    "Asks the server for a piece, in the name of a client at 127.0.0.1.\n\n"
    "  -b PORT  the client's port, 1 to 65535\n"
    "  -p PORT  the server's port, 1 to 65535 (5013)\n"
    "  -s NAME  stateless: for the first piece of this file, of 64 letters at most\n"
    "  -v       print each system call with its result\n"
    "  -h       print this help";

static struct options parse_options(int argc, char *argv[])
{
    struct options opt = {.port = 5013};
    for (int c; (c = next_option(argc, argv, "b:p:s:", help)) != -1;) {
        if (c == 'b')
            opt.victim = (uint16_t)number_option(c, "a client's port", 1, 65535);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        else if (c == 's')
            opt.name = optarg;
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    if (opt.victim == 0 || (opt.name && strlen(opt.name) > 64))
        die_usage("the client's port is needed: -b PORT");
    return opt;
}

/* Writes headers and request. The kernel adds the IP header's length and checksum (raw(7)); a
 * checksum of 0 says that UDP has none (RFC 768). Returns the length. */
static size_t write_packet(unsigned char *packet, const struct options *opt)
{
    struct message request = {.type = opt->name ? 'R' : 'N', .id = 999};
    if (opt->name) {
        put_number(request.body, 0);
        request.len = 4 + strlen(opt->name);
        memcpy(request.body + 4, opt->name, strlen(opt->name));
    }
    size_t len = sizeof(struct udphdr) +
                 pack_message(&request, packet + sizeof(struct iphdr) + sizeof(struct udphdr));
    struct iphdr ip = {.version = 4,
                       .ihl = 5,
                       .ttl = 64,
                       .protocol = IPPROTO_UDP,
                       .saddr = htonl(INADDR_LOOPBACK),
                       .daddr = htonl(INADDR_LOOPBACK)};
    struct udphdr udp = {.source = htons(opt->victim), /* this is the forgery */
                         .dest = htons(opt->port),
                         .len = htons((uint16_t)len)};
    memcpy(packet, &ip, sizeof ip);
    memcpy(packet + sizeof ip, &udp, sizeof udp);
    return sizeof ip + len;
}

int main(int argc, char *argv[])
{
    diag_init("forge");
    struct options opt = parse_options(argc, argv);
    struct endpoint server = resolve_or_die("127.0.0.1", opt.port);
    unsigned char packet[sizeof(struct iphdr) + sizeof(struct udphdr) + MESSAGE_MAX];
    int fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
    if (fd == -1)
        die("raw socket, which needs root, as in scripts/netbox");
    size_t len = write_packet(packet, &opt);
    ssize_t sent = sendto(fd, packet, len, 0, (struct sockaddr *)&server.addr, server.len);
    trace("sendto(%d, %zu bytes) = %zd", fd, len, sent);
    if (sent == -1)
        die("sendto");
    say("asked for the next piece in the name of 127.0.0.1:%u", opt.victim);
    close(fd);
    return EXIT_SUCCESS;
}
