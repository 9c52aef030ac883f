/* pcapng.c - reads files in the format pcapng; pcapng.h describes each function. */
#include "pcapng.h"

#include <string.h>

enum { SECTION = NG_MAGIC, INTERFACE = 1, SIMPLE_FRAME = 3, FRAME = 6 }; /* types of blocks */

enum { ORDER_MAGIC = 0x1a2b3c4d };

enum { CLOCK_OPTION = 9, ZERO_OPTION = 14 }; /* of an interface */

/* The block that was read last. Its body is in reader->frame. */
struct block {
    uint32_t type;
    size_t len; /* of the body, without the lengths before and after it */
};

static uint32_t get(const struct pcap_reader *reader, const uint8_t *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return reader->swapped ? __builtin_bswap32(number) : number;
}

static unsigned get_short(const struct pcap_reader *reader, const uint8_t *at)
{
    uint16_t number;
    memcpy(&number, at, sizeof number);
    return reader->swapped ? __builtin_bswap16(number) : number;
}

static uint64_t get_long(const struct pcap_reader *reader, const uint8_t *at)
{
    uint64_t number;
    memcpy(&number, at, sizeof number);
    return reader->swapped ? __builtin_bswap64(number) : number;
}

/* A file that ends anywhere but between two blocks is cut off. */
static enum pcap_result read_more(struct pcap_reader *reader, void *to, size_t len)
{
    enum pcap_result result = read_whole(reader->in, to, len);
    return result == PCAP_END ? PCAP_CUT : result;
}

static enum pcap_result skip(struct pcap_reader *reader, size_t len)
{
    enum pcap_result result = PCAP_OK;
    while (len > 0 && result == PCAP_OK) {
        size_t part = len < sizeof reader->frame ? len : sizeof reader->frame;
        result = read_more(reader, reader->frame, part);
        len -= part;
    }
    return result;
}

/* Takes the byte order of a section, and skips its header, of which `len` bytes have been read. */
static enum pcap_result begin_section(struct pcap_reader *reader, const uint8_t header[static 12],
                                      size_t len)
{
    reader->swapped = false;
    reader->interfaces = 0;
    reader->swapped = get(reader, header + 8) != ORDER_MAGIC;
    size_t total = get(reader, header + 4);
    if (get(reader, header + 8) != ORDER_MAGIC || total < NG_HEADER + 4 || total % 4 != 0)
        return PCAP_BROKEN;
    return skip(reader, total - len);
}

/* Reads the next block; the header of a section is done with then. */
static enum pcap_result read_block(struct pcap_reader *reader, struct block *block)
{
    uint8_t header[12];
    enum pcap_result result = read_whole(reader->in, header, 8);
    if (result != PCAP_OK)
        return result;
    block->type = get(reader, header);
    if (block->type == SECTION) {
        result = read_more(reader, header + 8, 4);
        return result == PCAP_OK ? begin_section(reader, header, 12) : result;
    }
    size_t total = get(reader, header + 4);
    if (total < 12 || total % 4 != 0)
        return PCAP_BROKEN;
    block->len = total - 12;
    bool ours = block->type == INTERFACE || block->type == SIMPLE_FRAME || block->type == FRAME;
    if (!ours)
        return skip(reader, total - 8);
    if (total - 8 > sizeof reader->frame)
        return PCAP_BROKEN;
    return read_more(reader, reader->frame, total - 8);
}

/* The clock's unit is 10^-n or 2^-n seconds. What is finer than a nanosecond is left out. */
static enum pcap_result set_clock(struct pcap_interface *interface, uint8_t unit)
{
    unsigned n = unit & 127;
    bool binary = unit & 128;
    if (n > (binary ? 63 : 19))
        return PCAP_BROKEN;
    interface->ticks = interface->finer = 1;
    for (unsigned i = 0; i < n; i++) {
        uint64_t *part = i < (binary ? 30 : 9) ? &interface->ticks : &interface->finer;
        *part *= binary ? 2 : 10;
    }
    return PCAP_OK;
}

static enum pcap_result add_interface(struct pcap_reader *reader, const struct block *block)
{
    const uint8_t *at = reader->frame, *end = at + block->len;
    enum pcap_result result = PCAP_OK;
    if (block->len < 8 || reader->interfaces == PCAP_INTERFACES_MAX)
        return PCAP_BROKEN;
    struct pcap_interface *interface = &reader->interface[reader->interfaces++];
    *interface = (struct pcap_interface){
        .link = (enum link_type)get_short(reader, at), .ticks = 1000000, .finer = 1};
    for (at += 8; end - at >= 4 && result == PCAP_OK;) {
        size_t len = get_short(reader, at + 2), padded = (len + 3) / 4 * 4;
        unsigned option = get_short(reader, at);
        at += 4;
        if (option == 0 || padded > (size_t)(end - at))
            break;
        if (option == CLOCK_OPTION && len == 1)
            result = set_clock(interface, *at);
        else if (option == ZERO_OPTION && len == 8)
            interface->zero = get_long(reader, at);
        at += padded;
    }
    return result;
}

enum pcap_result ng_open(struct pcap_reader *reader, const uint8_t header[static NG_HEADER])
{
    struct block block;
    enum pcap_result result = begin_section(reader, header, NG_HEADER);
    reader->link = LINK_ETHERNET;
    while (result == PCAP_OK && reader->interfaces == 0) {
        result = read_block(reader, &block);
        if (result == PCAP_END) /* a file without frames */
            return PCAP_OK;
        if (result == PCAP_OK && block.type == INTERFACE)
            result = add_interface(reader, &block);
    }
    if (result == PCAP_OK)
        reader->link = reader->interface[0].link;
    return result;
}

static int64_t time_of(const struct pcap_interface *interface, uint64_t units)
{
    units /= interface->finer;
    uint64_t seconds = units / interface->ticks, rest = units % interface->ticks;
    return (int64_t)((seconds + interface->zero) * 1000000000 +
                     rest * 1000000000 / interface->ticks);
}

/* A frame with its interface and time; and one that has neither, and passed the first interface. */
static enum pcap_result take_frame(const struct pcap_reader *reader, const struct block *block,
                                   struct captured *frame)
{
    bool simple = block->type == SIMPLE_FRAME;
    const uint8_t *at = reader->frame;
    size_t fields = simple ? 4 : 20;
    if (block->len < fields)
        return PCAP_BROKEN;
    uint32_t number = simple ? 0 : get(reader, at);
    if (number >= reader->interfaces)
        return PCAP_BROKEN;
    const struct pcap_interface *interface = &reader->interface[number];
    uint64_t units = simple ? 0 : (uint64_t)get(reader, at + 4) << 32 | get(reader, at + 8);
    frame->at = time_of(interface, units);
    frame->link = interface->link;
    frame->len = get(reader, at + fields - 4);
    frame->kept = simple ? frame->len : get(reader, at + 12);
    if (simple && frame->kept > block->len - fields)
        frame->kept = block->len - fields;
    frame->bytes = at + fields;
    frame->checksum_pending = true;
    frame->lost = frame->tagged = false;
    bool fits = frame->kept <= block->len - fields && frame->kept <= PCAP_FRAME_MAX;
    return fits && frame->kept <= frame->len ? PCAP_OK : PCAP_BROKEN;
}

enum pcap_result ng_next(struct pcap_reader *reader, struct captured *frame)
{
    struct block block;
    for (;;) {
        enum pcap_result result = read_block(reader, &block);
        if (result == PCAP_OK && block.type == INTERFACE)
            result = add_interface(reader, &block);
        else if (result == PCAP_OK && (block.type == FRAME || block.type == SIMPLE_FRAME))
            return take_frame(reader, &block, frame);
        if (result != PCAP_OK)
            return result;
    }
}
