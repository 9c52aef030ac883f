/* addr.c - addresses and their text; addr.h says what each function promises. */
#include "addr.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool parse_number(const char *text, long min, long max, long *number)
{
    if (!isdigit((unsigned char)text[0])) /* strtol would skip spaces and take a sign */
        return false;
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || value < min || value > max)
        return false;
    *number = value;
    return true;
}

static int resolve_family(int family, const char *host, const char *service, struct endpoint *out)
{
    struct addrinfo hints = {.ai_family = family, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found;
    int error = getaddrinfo(host, service, &hints, &found);
    if (error != 0)
        return error;
    memset(out, 0, sizeof *out);
    memcpy(&out->addr, found->ai_addr, found->ai_addrlen);
    out->len = found->ai_addrlen;
    freeaddrinfo(found);
    return 0;
}

int resolve(const char *host, uint16_t port, struct endpoint *out)
{
    char service[6];
    snprintf(service, sizeof service, "%u", port);
    int error = resolve_family(AF_INET, host, service, out);
    if (error != 0 && resolve_family(AF_INET6, host, service, out) == 0)
        error = 0;
    return error;
}

const char *format_endpoint(const struct endpoint *ep, char text[static ENDPOINT_TEXT_MAX])
{
    char host[INET6_ADDRSTRLEN + 20],
        port[6]; /* a scope such as %enp0s31f6 may follow the address */
    int family = ep->addr.ss_family;
    if ((family != AF_INET && family != AF_INET6) ||
        getnameinfo((const struct sockaddr *)&ep->addr, ep->len, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        snprintf(text, ENDPOINT_TEXT_MAX, "?");
    else
        snprintf(text, ENDPOINT_TEXT_MAX, family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
    return text;
}

const char *local_endpoint(int fd, char text[static ENDPOINT_TEXT_MAX])
{
    struct endpoint ep = {.len = sizeof ep.addr}; /* if the call fails, the family stays 0: none */
    getsockname(fd, (struct sockaddr *)&ep.addr, &ep.len);
    return format_endpoint(&ep, text);
}

const char *peer_endpoint(int fd, char text[static ENDPOINT_TEXT_MAX])
{
    struct endpoint ep = {.len = sizeof ep.addr};
    getpeername(fd, (struct sockaddr *)&ep.addr, &ep.len);
    return format_endpoint(&ep, text);
}
