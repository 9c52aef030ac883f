/* proxy.c - the line of the PROXY protocol; proxy.h says what each function promises. */
#include "proxy.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

/* Splits an address into the two texts that the line has. */
static bool host_and_port(const struct endpoint *ep, char host[static NI_MAXHOST],
                          char port[static NI_MAXSERV])
{
    return (ep->addr.ss_family == AF_INET || ep->addr.ss_family == AF_INET6) &&
           getnameinfo((const struct sockaddr *)&ep->addr, ep->len, host, NI_MAXHOST, port,
                       NI_MAXSERV, NI_NUMERICHOST | NI_NUMERICSERV) == 0;
}

size_t proxy_line(const struct endpoint *client, const struct endpoint *here,
                  char line[static PROXY_LINE_MAX])
{
    char from[NI_MAXHOST], to[NI_MAXHOST], from_port[NI_MAXSERV], to_port[NI_MAXSERV];
    int len;
    if (host_and_port(client, from, from_port) && host_and_port(here, to, to_port))
        len = snprintf(line, PROXY_LINE_MAX, "PROXY TCP%c %s %s %s %s\r\n",
                       client->addr.ss_family == AF_INET ? '4' : '6', from, to, from_port, to_port);
    else
        len = snprintf(line, PROXY_LINE_MAX, "PROXY UNKNOWN\r\n");
    return (size_t)len;
}

bool read_proxy_line(const char *line, char client[static ENDPOINT_TEXT_MAX])
{
    char family, from[64], to[64], from_port[8], to_port[8], more;
    unsigned char address[16];
    long port;
    if (strncmp(line, "PROXY UNKNOWN", 13) == 0) {
        snprintf(client, ENDPOINT_TEXT_MAX, "unknown");
        return true;
    }
    if (strlen(line) > PROXY_LINE_MAX - 3 ||
        sscanf(line, "PROXY TCP%c %63s %63s %7s %7s%c", &family, from, to, from_port, to_port,
               &more) != 5)
        return false;
    int af = family == '4' ? AF_INET : AF_INET6;
    if ((family != '4' && family != '6') || inet_pton(af, from, address) != 1 ||
        inet_pton(af, to, address) != 1 || !parse_number(from_port, 0, 65535, &port) ||
        !parse_number(to_port, 0, 65535, &port))
        return false;
    snprintf(client, ENDPOINT_TEXT_MAX, family == '4' ? "%s:%s" : "[%s]:%s", from, from_port);
    return true;
}
