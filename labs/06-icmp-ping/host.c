/* host.c - see host.h. */
#include "host.h"

#include <netdb.h>
#include <stdio.h>

const char *format_host(const struct endpoint *ep, char text[static ENDPOINT_TEXT_MAX])
{
    if (getnameinfo((const struct sockaddr *)&ep->addr, ep->len, text, ENDPOINT_TEXT_MAX, NULL, 0,
                    NI_NUMERICHOST) != 0)
        snprintf(text, ENDPOINT_TEXT_MAX, "?");
    return text;
}
