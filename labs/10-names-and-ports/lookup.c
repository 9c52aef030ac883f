/* lookup.c - lab 10: what getaddrinfo makes of a name and a service, and getnameinfo of an address.
 *
 * Shows:      the addresses in their order, and what each flag changes.
 * Run this:   ./lookup 127.1 70000
 * See this:   lookup: 127.0.0.1:4464
 * Try:        ./lookup 010.0.0.1 80, and ./lookup -p '' 80, and ./lookup localhost http.
 */
#include "addr.h"
#include "diag.h"
#include "gai.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
    "usage: lookup [-46acemnpSv] HOST [SERVICE]\n"
    "       lookup -r ADDRESS [SERVICE]\n"
    "Prints the addresses of HOST, in the order in which a client tries them. '' is no host.\n\n"
    "  -4, -6  only of this family\n"
    "  -a      with -m: IPv4 addresses beside IPv6 ones (AI_ALL)\n"
    "  -c      only families that this machine has an address of, besides lo's (AI_ADDRCONFIG)\n"
    "  -e      each type of socket, not only SOCK_STREAM\n"
    "  -m      IPv6 only; if there is none, IPv4 addresses in IPv6's clothes (AI_V4MAPPED)\n"
    "  -n      HOST is an address, never a name (AI_NUMERICHOST)\n"
    "  -p      for a server: no HOST means every address (AI_PASSIVE)\n"
    "  -r      the other way round: the name of ADDRESS (getnameinfo)\n"
    "  -S      SERVICE is a number, never a name (AI_NUMERICSERV)\n"
    "  -v      print what each call returns\n"
    "  -h      print this help";

static struct addrinfo parse_options(int argc, char *argv[], bool *reverse)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    static const struct {
        char letter;
        int flag;
    } flags[] = {{'a', AI_ALL},         {'c', AI_ADDRCONFIG}, {'m', AI_V4MAPPED},
                 {'n', AI_NUMERICHOST}, {'p', AI_PASSIVE},    {'S', AI_NUMERICSERV}};
    for (int c; (c = next_option(argc, argv, "46acemnprS", help)) != -1;) {
        for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
            if (flags[i].letter == c)
                hints.ai_flags |= flags[i].flag;
        if (c == '4')
            hints.ai_family = AF_INET;
        else if (c == '6' || c == 'm')
            hints.ai_family = AF_INET6;
        else if (c == 'e')
            hints.ai_socktype = 0;
        *reverse |= c == 'r';
    }
    if (argc - optind < 1 || argc - optind > 2)
        die_usage(argc == optind ? "which host?" : "one HOST and one SERVICE");
    return hints;
}

static const char *type_text(int type)
{
    return type == SOCK_STREAM ? "SOCK_STREAM" : type == SOCK_DGRAM ? "SOCK_DGRAM" : "SOCK_RAW";
}

static void print_addresses(const struct addrinfo *found, bool with_type)
{
    for (const struct addrinfo *a = found; a; a = a->ai_next) {
        char text[ENDPOINT_TEXT_MAX];
        struct endpoint ep = {.len = a->ai_addrlen};
        memcpy(&ep.addr, a->ai_addr, a->ai_addrlen);
        if (with_type)
            say("%s %s", format_endpoint(&ep, text), type_text(a->ai_socktype));
        else
            say("%s", format_endpoint(&ep, text));
    }
}

/* NI_NAMEREQD: an address without a name is an error.
 * Without it the digits come, as in conntable. */
static void print_name(const struct addrinfo *found)
{
    char host[NI_MAXHOST], service[NI_MAXSERV];
    int error = getnameinfo(found->ai_addr, found->ai_addrlen, host, sizeof host, service,
                            sizeof service, NI_NAMEREQD);
    if (error != 0)
        die_gai(error, "getnameinfo");
    say("%s:%s", host, service);
}

int main(int argc, char *argv[])
{
    diag_init("lookup");
    bool reverse = false;
    struct addrinfo hints = parse_options(argc, argv, &reverse), *found;
    const char *host = argv[optind], *service = optind + 1 < argc ? argv[optind + 1] : NULL;
    if (reverse)
        hints.ai_flags |= AI_NUMERICHOST;
    int error = getaddrinfo(*host ? host : NULL, service, &hints, &found);
    trace("getaddrinfo(%s, %s) = %d", host, service ? service : "NULL", error);
    if (error != 0)
        die_gai(error, *host ? host : "no host");
    if (reverse)
        print_name(found);
    else
        print_addresses(found, hints.ai_socktype == 0);
    freeaddrinfo(found);
    return EXIT_SUCCESS;
}
