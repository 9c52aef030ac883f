/* ledger.h - what became of the datagrams, as far as their receiver knows. */
#ifndef SOCKET_LABS_LEDGER_H
#define SOCKET_LABS_LEDGER_H

#include "datagram.h"

enum { LEDGER_TEXT_MAX = 120 };

/* One counter of our own, and two of the kernel's for the same drops. */
struct ledger {
    unsigned long received;
    uint32_t drops;    /* SO_MEMINFO: up to the moment when we asked for it */
    uint32_t overflow; /* SO_RXQ_OVFL: up to the moment when the last datagram arrived */
};

/* Counts a datagram that was received, and notes its stamp. */
void enter_datagram(struct ledger *ledger, const struct datagram *datagram);

/* Writes "ledger: received 2, buffer 99 (SO_MEMINFO), SO_RXQ_OVFL 0" to `text` and returns it. */
const char *describe_ledger(const struct ledger *ledger, char text[static LEDGER_TEXT_MAX]);

#endif
