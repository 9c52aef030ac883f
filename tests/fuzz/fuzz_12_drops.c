/* fuzz_12_drops.c - random messages for what lab 12's ladder hears of the firewall. Whatever comes,
 * it never reads beyond the end (the input is a heap block of just its size, under
 * AddressSanitizer), and it remembers no more packets than the bytes have room for. */
// sources: labs/12-tcp-handshake/ladder/drops.c labs/11-packet-headers/link.c
#include "../../labs/12-tcp-handshake/ladder/drops.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static struct drops drops;
    struct captured frame = {.bytes = data, .kept = len, .len = len};
    uint8_t *bytes = malloc(len > 0 ? len : 1);
    if (!bytes)
        abort();
    memcpy(bytes, data, len);
    drops.oldest = DROPS_MAX - 1; /* so that the ring goes round */
    drops.count = 0;
    add_drops(&drops, bytes, len);
    size_t before = drops.count;
    if (before > len / 4)
        abort();
    bool taken = take_drop(&drops, LINK_RAW, &frame);
    if (drops.count != before - taken)
        abort();
    free(bytes);
    return 0;
}
