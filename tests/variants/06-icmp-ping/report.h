/* report.h - the line of a hop, for the variants that use the course's helpers. */
#ifndef REPORT_H
#define REPORT_H

#include "diag.h"

#include <arpa/inet.h>
#include <netinet/ip_icmp.h>

/* Prints the line of a hop. Returns the exit status if the trace ends here, or -1. */
static int report(int hop, int answer, struct in_addr from)
{
    const char *address = answer == -1 ? "*" : inet_ntoa(from);
    switch (answer) {
    case -1:
    case ICMP_TIMXCEED * 256:
        say("%d  %s", hop, address);
        return -1;
    case ICMP_UNREACH * 256 + ICMP_UNREACH_PORT:
        say("%d  %s", hop, address);
        return 0;
    case ICMP_UNREACH * 256 + ICMP_UNREACH_NET:
        say("%d  %s !N", hop, address);
        return 1;
    case ICMP_UNREACH * 256 + ICMP_UNREACH_HOST:
        say("%d  %s !H", hop, address);
        return 1;
    default:
        say("%d  %s !%d", hop, address, answer % 256);
        return 1;
    }
}

#endif
