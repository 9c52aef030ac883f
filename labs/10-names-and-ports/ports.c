/* ports.c - lab 10: which ports may this program have, and which would the kernel give it?
 *
 * Shows:      the true border of the privileged ports, their classes and names; ephemeral ports.
 * Run this:   ./ports 1023 1024
 * See this:   ports:  1024  user     -            yes
 * Try:        ./ports, which tries them all. Then setpriv --bounding-set -net_bind_service ./ports.
 */
#include "addr.h"
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: ports [-e NUMBER] [PORT...]\n"
    "Tries to bind each PORT, or all of them, at 127.10.10.10.\n\n"
    "  -e NUMBER  let the kernel choose as many ports: how many are even, how many odd?\n"
    "  -h         print this help";

/* Nobody else is at this address, so a port that cannot be had is not just taken. */
static struct sockaddr_in here(uint16_t port)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
    where.sin_addr.s_addr = htonl(0x7f0a0a0a);
    return where;
}

/* Binds a new socket to the port, and returns it, or -1 with errno. Port 0: the kernel chooses. */
static int bind_port(uint16_t port)
{
    struct sockaddr_in where = here(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd != -1 && bind(fd, (struct sockaddr *)&where, sizeof where) == 0)
        return fd;
    if (fd == -1)
        die("socket");
    close(fd); /* keeps errno, as it does not fail here */
    return -1;
}

static const char *try_port(uint16_t port)
{
    int fd = bind_port(port);
    if (fd != -1)
        close(fd);
    return fd == -1 ? errno_name(errno) : "yes";
}

/* The three classes are RFC 6335's, section 6. The names of services are in a file: services(5). */
static void print_port(const char *word)
{
    long port;
    if (!parse_number(word, 1, 65535, &port))
        die_usage("'%s': a port is a number from 1 to 65535", word);
    const struct servent *service = getservbyport(htons((uint16_t)port), "tcp");
    const char *class = port < 1024 ? "system" : port < 49152 ? "user" : "dynamic";
    say("%5ld  %-7s  %-11s  %s", port, class, service ? service->s_name : "-",
        try_port((uint16_t)port));
}

/* One line for each row of ports with the same result. */
static void print_ranges(void)
{
    long first = 1;
    const char *last = try_port(1);
    for (long port = 2; port <= 65536; port++) {
        const char *result = port == 65536 ? "" : try_port((uint16_t)port);
        if (result == last) /* these strings are constants */
            continue;
        say("%ld to %ld: %s", first, port - 1, last);
        first = port;
        last = result;
    }
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in where = {0};
    getsockname(fd, (struct sockaddr *)&where, &(socklen_t){sizeof where});
    return ntohs(where.sin_port);
}

/* All sockets stay open, so that each gets another port. */
static void print_parity(long number)
{
    int listen_fd = bind_port(0);
    if (listen_fd == -1 || listen(listen_fd, SOMAXCONN) == -1)
        die("cannot listen");
    struct sockaddr_in server = here(port_of(listen_fd));
    long odd[2] = {0};
    for (long i = 0; i < number; i++) {
        int bound_fd = bind_port(0), client_fd = socket(AF_INET, SOCK_STREAM, 0);
        if (bound_fd == -1 || client_fd == -1 ||
            connect(client_fd, (struct sockaddr *)&server, sizeof server) == -1)
            die("port %ld of %ld", i + 1, number);
        odd[0] += port_of(client_fd) & 1;
        odd[1] += port_of(bound_fd) & 1;
    }
    say("connect chose %ld even ports and %ld odd ones", number - odd[0], odd[0]);
    say("bind to port 0 chose %ld even ports and %ld odd ones", number - odd[1], odd[1]);
}

int main(int argc, char *argv[])
{
    diag_init("ports");
    long number = 0;
    while (next_option(argc, argv, "e:", help) != -1)
        number = number_option('e', "a number of sockets", 1, 100);
    if (number > 0)
        print_parity(number);
    else if (optind == argc)
        print_ranges();
    for (int i = optind; i < argc; i++)
        print_port(argv[i]);
    return EXIT_SUCCESS;
}
