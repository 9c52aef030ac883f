/* ip.h - the IP header, version 4 or 6, and what follows it. */
#ifndef SOCKET_LABS_IP_H
#define SOCKET_LABS_IP_H

#include "rest.h"

/* Reads an IP packet: its own header, then the transport's (transport.h). Sets the verdict. */
void parse_ip(struct rest *r, struct frame *f);

#endif
