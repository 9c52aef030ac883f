/* listen.c - opens listening sockets for both
 * families; listen.h says what each function promises. */
#include "listen.h"

#include "addr.h"
#include "diag.h"
#include "gai.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

static struct addrinfo *find(const char *host, const char *service, int family)
{
    struct addrinfo hints = {
        .ai_family = family, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found;
    int error = getaddrinfo(host, service, &hints, &found);
    if (error != 0)
        die_gai(error, host ? host : service);
    return found;
}

static int open_listener(const struct addrinfo *a, bool v6_only)
{
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint ep = {.len = a->ai_addrlen};
    memcpy(&ep.addr, a->ai_addr, a->ai_addrlen);
    format_endpoint(&ep, text);
    int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol), on = 1, only = v6_only;
    if (fd == -1)
        die("socket for %s", text);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == -1)
        die("setsockopt SO_REUSEADDR");
    /* The default is a setting of the machine, net.ipv6.bindv6only. So say what you want. */
    if (a->ai_family == AF_INET6 &&
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only) == -1)
        die("setsockopt IPV6_V6ONLY");
    if (bind(fd, a->ai_addr, a->ai_addrlen) == -1)
        die("bind %s", text);
    if (listen(fd, SOMAXCONN) == -1)
        die("listen on %s", text);
    trace("listening on %s by descriptor %d", text, fd);
    return fd;
}

nfds_t listen_at(const char *host, const char *service, struct pollfd listeners[LISTENERS_MAX])
{
    nfds_t count = 0;
    struct addrinfo *found = find(host, service, AF_UNSPEC);
    for (const struct addrinfo *a = found; a && count < LISTENERS_MAX; a = a->ai_next)
        listeners[count++] = (struct pollfd){.fd = open_listener(a, true), .events = POLLIN};
    freeaddrinfo(found);
    return count;
}

nfds_t listen_everywhere(const char *mode, const char *service,
                         struct pollfd listeners[LISTENERS_MAX])
{
    bool v6_only = strcmp(mode, "only") == 0 || strcmp(mode, "two") == 0;
    bool both = strcmp(mode, "two") == 0 || strcmp(mode, "clash") == 0;
    nfds_t count = 0;
    for (int family = AF_INET6; family != 0; family = family == AF_INET6 && both ? AF_INET : 0) {
        struct addrinfo *found = find(NULL, service, family);
        listeners[count++] = (struct pollfd){.fd = open_listener(found, v6_only), .events = POLLIN};
        freeaddrinfo(found);
    }
    return count;
}

bool is_mode(const char *mode)
{
    static const char *const modes[] = {"one", "only", "two", "clash"};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(mode, modes[i]) == 0)
            return true;
    return false;
}
