/* datagram.h - one datagram, and the two forms that the sender and the receiver agree on.
 *
 *     'N' '#' number anything    a numbered datagram
 *     'R' '?' next               the exercise's question: a report, please; `next`: my next number
 *
 * A number is 16 bits in network byte order, the most significant byte first; 0 follows 65535. */
#ifndef SOCKET_LABS_DATAGRAM_H
#define SOCKET_LABS_DATAGRAM_H

#include "addr.h"

enum { HEADER_LEN = 4, DATAGRAM_MAX = 65536, DATAGRAM_TEXT_MAX = 80 };

struct datagram {
    unsigned char data[DATAGRAM_MAX]; /* the bytes that were kept */
    size_t kept, len;                 /* how many those are, and how many were sent */
    struct endpoint from;             /* its sender */
    uint32_t drops_before;            /* SO_RXQ_OVFL: how many the socket had dropped by then */
};

/* Writes `form`, "N#" or "R?", and the number to the first HEADER_LEN bytes of `data`. */
void write_header(unsigned char data[static HEADER_LEN], const char form[static 2],
                  uint16_t number);

/* Writes "number 7, 100 bytes" to `text` and returns it; "no number, 3 bytes" for another form; and
 * "number 7, 100 bytes (50 kept: MSG_TRUNC)" for a datagram that was cut. */
const char *describe_datagram(const struct datagram *datagram, char text[static DATAGRAM_TEXT_MAX]);

#endif
