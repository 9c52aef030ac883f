/* host.h - an address as text, without a port: ICMP has none. */
#ifndef SOCKET_LABS_HOST_H
#define SOCKET_LABS_HOST_H

#include "addr.h"

/* The address of `ep` as text, "10.0.1.2" or "fd00:1::2", or "?"; returns `text`. */
const char *format_host(const struct endpoint *ep, char text[static ENDPOINT_TEXT_MAX]);

#endif
