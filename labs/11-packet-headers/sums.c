/* sums.c - shows checksums; sums.h describes each function. */
#include "sums.h"

#include "fields.h"
#include "rest.h"

#include <netinet/in.h>
#include <stdio.h>

enum { SHOWN = 64 }; /* bytes of data that are shown; all are counted */

const char *checksum_word(enum checksum checksum)
{
    static const char *const words[] = {"unknown", "right", "wrong", "left to the card"};
    return words[checksum];
}

uint32_t crc32_of(const uint8_t *bytes, size_t len)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

/* Prints the words of 16 bits, and returns the sum with them added. The word at `hole`, which is
 * the checksum itself, counts as 0. */
static uint64_t add_shown(uint64_t sum, const char *what, const uint8_t *at, size_t len,
                          size_t hole)
{
    for (size_t i = 0; i < len; i += 2) {
        unsigned word = i == hole ? 0 : i + 1 < len ? get16(at + i) : (unsigned)at[i] << 8;
        sum += word;
        if (i >= SHOWN)
            continue;
        if (i % 16 == 0)
            printf("%s  %-14s", i == 0 ? "" : "\n", i == 0 ? what : "");
        printf(" %04x", word);
    }
    if (len > SHOWN)
        printf("\n  %-14s ... and %zu bytes more", "", len - SHOWN);
    puts("");
    return sum;
}

/* The pseudo-header: never on the wire, but in the sum (RFC 9293, 3.1; RFC 8200, 8.1). */
static uint64_t add_pseudo(const struct frame *f, size_t len)
{
    uint8_t tail[8] = {
        (uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0,
        (uint8_t)f->protocol};
    size_t size = f->version == 4 ? 4 : 16, none = SIZE_MAX;
    uint64_t sum = add_shown(0, "pseudo: from", f->from, size, none);
    sum = add_shown(sum, "  to", f->to, size, none);
    if (f->version == 4) {
        uint8_t short_tail[4] = {0, tail[7], tail[2], tail[3]};
        return add_shown(sum, "  proto, length", short_tail, 4, none);
    }
    return add_shown(sum, "  length, next", tail, 8, none);
}

static void show_result(uint64_t sum, unsigned told, bool udp, enum checksum verdict)
{
    printf("  sum 0x%llx", (unsigned long long)sum);
    while (sum > 0xffff) {
        sum = (sum >> 16) + (sum & 0xffff);
        printf(", carry added 0x%04llx", (unsigned long long)sum);
    }
    unsigned computed = ~(unsigned)sum & 0xffff;
    if (udp && computed == 0)
        computed = 0xffff; /* 0 would mean that there is none (RFC 768) */
    printf(", inverted 0x%04x; the header says 0x%04x: %s\n", computed, told,
           udp && told == 0 ? "there is none" : checksum_word(verdict));
}

/* Where the checksum is, counted from the header's first byte; 0: it has none. */
static size_t checksum_at(enum layer_kind kind)
{
    static const size_t offsets[LAYER_KINDS] = {
        [LAYER_IPV4] = 10, [LAYER_TCP] = 16, [LAYER_UDP] = 6, [LAYER_ICMP] = 2, [LAYER_ICMPV6] = 2};
    return offsets[kind];
}

void show_sum(const struct frame *f, const struct layers *seen, size_t i)
{
    const struct layer *layer = &seen->layer[i];
    size_t hole = checksum_at(layer->kind);
    if (hole == 0 || layer->kept < hole + 2)
        return;
    const struct layer *data = i + 1 < seen->count ? &seen->layer[i + 1] : NULL;
    bool ip = layer->kind == LAYER_IPV4;
    enum checksum verdict = ip ? f->ip_checksum : f->checksum;
    unsigned told = get16(layer->at + hole);
    printf("checksum of %s\n", layer_name(layer));
    bool none = layer->kind == LAYER_UDP && told == 0;
    if (verdict == CHECKSUM_UNKNOWN && !none) {
        puts(f->fragmented
                 ? "  not computed: it is over the whole packet, and this is a piece of it"
                 : "  not computed: the capture has not kept the whole packet");
        return;
    }
    size_t len = layer->len + (data && !ip ? data->len : 0);
    if (layer->kept < layer->len || (!ip && data && data->kept < data->len))
        return;
    uint64_t sum = ip || layer->kind == LAYER_ICMP ? 0 : add_pseudo(f, len);
    sum = add_shown(sum, "header", layer->at, layer->len, hole);
    if (!ip && data && data->len > 0)
        sum = add_shown(sum, "data", data->at, data->len, SIZE_MAX);
    show_result(sum, told, layer->kind == LAYER_UDP, verdict);
}
