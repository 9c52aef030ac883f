/* transport.h - the headers that follow IP's: TCP, UDP, ICMP and ICMPv6. */
#ifndef SOCKET_LABS_TRANSPORT_H
#define SOCKET_LABS_TRANSPORT_H

#include "rest.h"

/* Reads the header that f->protocol names, and sets its fields, the data and the verdict. */
void parse_transport(struct rest *r, struct frame *f);

#endif
