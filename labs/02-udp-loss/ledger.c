/* ledger.c - counts what came and what was dropped; ledger.h says what each function promises. */
#include "ledger.h"

#include <stdio.h>

void enter_datagram(struct ledger *ledger, const struct datagram *datagram)
{
    ledger->received++; /* an empty datagram counts, too: UDP has no end of stream */
    ledger->overflow = datagram->drops_before;
}

const char *describe_ledger(const struct ledger *ledger, char text[static LEDGER_TEXT_MAX])
{
    snprintf(text, LEDGER_TEXT_MAX, "ledger: received %lu, buffer %u (SO_MEMINFO), SO_RXQ_OVFL %u",
             ledger->received, ledger->drops, ledger->overflow);
    return text;
}
