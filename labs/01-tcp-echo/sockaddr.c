/* sockaddr.c - lab 01: an address as bind and connect take it, byte by byte.
 *
 * Shows:      the 16 bytes of a filled struct sockaddr_in, and what htons is for.
 * Run this:   ./sockaddr
 * See this:   sockaddr: sin_port    13 89                    port 5001
 * Try:        -n, which forgets htons; -p 258 with and without it; another address.
 */
#include "diag.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

static const char help[] =
    "usage: sockaddr [-n] [-b ADDRESS] [-p PORT]\n"
    "Prints the bytes of a filled struct sockaddr_in, as they stand in memory.\n\n"
    "  -b ADDRESS  the IPv4 address in it (127.0.0.1)\n"
    "  -n          leave out htons: the port stays in this machine's byte order\n"
    "  -p PORT     the port in it, 0 to 65535 (5001)\n"
    "  -h          print this help";

static void show_field(const char *name, const void *field, size_t size, const char *meaning)
{
    char text[3 * sizeof(struct sockaddr_in) + 1] = "";
    for (size_t i = 0; i < size; i++)
        snprintf(text + 3 * i, 4, "%02x ", ((const unsigned char *)field)[i]);
    say("%-10s  %-24s %s", name, text, meaning);
}

int main(int argc, char *argv[])
{
    diag_init("sockaddr");
    struct sockaddr_in address = {.sin_family = AF_INET};
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    uint16_t port = 5001;
    bool swap = true;
    for (int c; (c = next_option(argc, argv, "b:np:", help)) != -1;) {
        if (c == 'n')
            swap = false;
        else if (c == 'p')
            port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (inet_pton(AF_INET, optarg, &address.sin_addr) != 1)
            die_usage("-b '%s': an IPv4 address is four numbers, such as 127.0.0.1", optarg);
    }
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    address.sin_port =
        swap ? htons(port) : port; /* BUG ON PURPOSE with -n; without -n it is right */

    char means[32]; /* what the kernel reads in this field */
    snprintf(means, sizeof means, "port %d", ntohs(address.sin_port));
    show_field("sin_family", &address.sin_family, sizeof address.sin_family, "AF_INET");
    show_field("sin_port", &address.sin_port, sizeof address.sin_port, means);
    show_field("sin_addr", &address.sin_addr, sizeof address.sin_addr, inet_ntoa(address.sin_addr));
    show_field("sin_zero", &address.sin_zero, sizeof address.sin_zero, "not used");
    return 0;
}
