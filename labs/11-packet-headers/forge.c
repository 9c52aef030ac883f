/* forge.c - makes headers; forge.h describes each function. */
#include "forge.h"

#include "checksum.h"

#include <net/ethernet.h>
#include <string.h>

static uint8_t *put16(uint8_t *to, unsigned number)
{
    to[0] = (uint8_t)(number >> 8);
    to[1] = (uint8_t)number;
    return to + 2;
}

/* The checksum over the pseudo-header and the `len` bytes; its own place among them holds 0. */
static unsigned sum_with_pseudo(const struct sockaddr_in *ends, unsigned protocol,
                                const uint8_t *bytes, size_t len)
{
    uint64_t sum = protocol + len;
    for (int i = 0; i < 2; i++)
        sum = add_words(sum, (const uint8_t *)&ends[i].sin_addr, 4);
    return ~fold(add_words(sum, bytes, len)) & 0xffff;
}

size_t forge_udp(uint8_t to[static FORGED_MAX], const struct sockaddr_in ends[static 2],
                 const char *data, int with_sum)
{
    size_t len = 8 + strlen(data);
    if (len > FORGED_MAX)
        return 0;
    uint8_t *at = put16(to, ntohs(ends[0].sin_port));
    at = put16(at, ntohs(ends[1].sin_port));
    at = put16(at, (unsigned)len);
    at = put16(at, 0);
    memcpy(at, data, len - 8);
    unsigned sum = sum_with_pseudo(ends, IPPROTO_UDP, to, len);
    if (with_sum)
        put16(to + 6, sum == 0 ? 0xffff : sum);
    return len;
}

size_t forge_flags(uint8_t to[static FORGED_MAX], const struct sockaddr_in ends[static 2])
{
    const size_t len = 20;
    memset(to, 0, len);
    put16(put16(to, ntohs(ends[0].sin_port)), ntohs(ends[1].sin_port));
    to[12] = len / 4 << 4; /* data offset, in words of 4 bytes */
    to[13] = 0xff;
    put16(to + 16, sum_with_pseudo(ends, IPPROTO_TCP, to, len));
    return len;
}

size_t forge_vlan(uint8_t to[static FORGED_MAX], const uint8_t from[static 6], unsigned tag,
                  const char *data)
{
    size_t len = 18 + strlen(data);
    if (len > FORGED_MAX)
        return 0;
    memset(to, 0xff, 6);
    memcpy(to + 6, from, 6);
    uint8_t *at = put16(to + 12, ETHERTYPE_VLAN);
    at = put16(at, tag);
    at = put16(at, 0x88b5);
    memcpy(at, data, len - 18);
    return len;
}
