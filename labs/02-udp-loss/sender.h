/* sender.h - the sending socket, connected to its receiver or not. Each function returns -1 with
 * errno set on failure. With -v each call is traced with its result. */
#ifndef SOCKET_LABS_SENDER_H
#define SOCKET_LABS_SENDER_H

#include "addr.h"

struct sender {
    int fd;
    bool connected;
    struct endpoint to;
};

/* Opens `sender`, whose other fields are set: socket(2) and, if it is to be connected, connect(2),
 * which sends nothing. Returns 0 or -1; the caller closes sender->fd. */
int open_sender(struct sender *sender);

/* One datagram, whole or not at all: send(2) on a connected socket, else sendto(2). Returns 0 if
 * the kernel took it, which is all that a sender knows; or -1 (ECONNREFUSED: an earlier one found
 * no program at that port; EMSGSIZE: this one is too long). */
int send_datagram(const struct sender *sender, const void *data, size_t len);

/* Waits until an error comes back from the network,
 * `milliseconds` at most. The next call on the socket returns it. */
void wait_for_error(const struct sender *sender, int milliseconds);

/* Asks the exercise's receiver for its report, 5 times if need be, and waits 0.2 s for each answer.
 * `next` is the number that would be sent next. A report is a printable line that begins with
 * "received "; anything else is passed over. Writes it to `report`, cut to `size` bytes with the
 * final NUL and without a newline at its end. Returns 0 or -1 (ETIMEDOUT: no report came). */
int ask_for_report(const struct sender *sender, uint16_t next, char *report, size_t size);

#endif
