/* pcap.c - reads and writes capture files; pcap.h describes each function. */
#include "pcap.h"

#include "pcapng.h"

#include <errno.h>
#include <string.h>

enum {
    MICROSECONDS_MAGIC = (int)0xa1b2c3d4,
    NANOSECONDS_MAGIC = (int)0xa1b23c4d,
};

/* A file has the byte order of the machine that wrote it. The magic number shows which. */
struct file_header {
    uint32_t magic;
    uint16_t major, minor; /* of the format: 2.4 */
    uint32_t zone, accuracy, longest, link;
};

struct frame_header {
    uint32_t seconds, fraction, kept, len;
};

static uint32_t number(const struct pcap_reader *reader, uint32_t from_file)
{
    return reader->swapped ? __builtin_bswap32(from_file) : from_file;
}

enum pcap_result read_whole(FILE *in, void *to, size_t len)
{
    errno = 0;
    size_t n = fread(to, 1, len, in);
    if (n == len)
        return PCAP_OK;
    if (ferror(in))
        return PCAP_ERROR;
    return n == 0 ? PCAP_END : PCAP_CUT;
}

enum pcap_result pcap_open(struct pcap_reader *reader, FILE *in)
{
    struct file_header header = {0};
    reader->in = in;
    enum pcap_result result = read_whole(in, &header, sizeof header);
    if (result == PCAP_ERROR)
        return result;
    reader->ng = header.magic == NG_MAGIC;
    if (reader->ng)
        return result == PCAP_OK ? ng_open(reader, (const uint8_t *)&header) : PCAP_CUT;
    if (memcmp(&header, "\x1f\x8b", 2) == 0)
        return PCAP_GZIP;
    reader->swapped = false;
    for (int i = 0; i < 2; i++, reader->swapped = true) {
        uint32_t magic = number(reader, header.magic);
        if (magic != (uint32_t)MICROSECONDS_MAGIC && magic != (uint32_t)NANOSECONDS_MAGIC)
            continue;
        reader->nanoseconds = magic == (uint32_t)NANOSECONDS_MAGIC;
        reader->link = (enum link_type)(number(reader, header.link) & 0xffff);
        return result == PCAP_OK ? PCAP_OK : PCAP_CUT;
    }
    return PCAP_ALIEN;
}

enum pcap_result pcap_next(struct pcap_reader *reader, struct captured *frame)
{
    struct frame_header header;
    if (reader->ng)
        return ng_next(reader, frame);
    enum pcap_result result = read_whole(reader->in, &header, sizeof header);
    if (result != PCAP_OK)
        return result;
    int64_t fraction = number(reader, header.fraction);
    frame->at = number(reader, header.seconds) * 1000000000LL +
                (reader->nanoseconds ? fraction : fraction * 1000);
    frame->kept = number(reader, header.kept);
    frame->len = number(reader, header.len);
    frame->bytes = reader->frame;
    frame->link = reader->link;
    frame->checksum_pending = true;
    frame->lost = frame->tagged = false;
    if (frame->kept > PCAP_FRAME_MAX || frame->kept > frame->len)
        return PCAP_BROKEN;
    result = read_whole(reader->in, reader->frame, frame->kept);
    return result == PCAP_END ? PCAP_CUT : result;
}

static enum pcap_result write_whole(FILE *out, const void *from, size_t len)
{
    return fwrite(from, 1, len, out) == len ? PCAP_OK : PCAP_ERROR;
}

enum pcap_result pcap_begin(FILE *out, enum link_type link)
{
    struct file_header header = {.magic = (uint32_t)NANOSECONDS_MAGIC,
                                 .major = 2,
                                 .minor = 4,
                                 .longest = PCAP_FRAME_MAX,
                                 .link = (uint32_t)link};
    return write_whole(out, &header, sizeof header);
}

enum pcap_result pcap_append(FILE *out, const struct captured *frame)
{
    struct frame_header header = {.seconds = (uint32_t)(frame->at / 1000000000),
                                  .fraction = (uint32_t)(frame->at % 1000000000),
                                  .kept = (uint32_t)frame->kept,
                                  .len = (uint32_t)frame->len};
    enum pcap_result result = write_whole(out, &header, sizeof header);
    return result == PCAP_OK ? write_whole(out, frame->bytes, frame->kept) : result;
}

const char *pcap_text(enum pcap_result result)
{
    static const char *const texts[] = {
        [PCAP_OK] = "nothing is wrong",
        [PCAP_END] = "it has no more frames",
        [PCAP_CUT] = "it ends inside a frame",
        [PCAP_ALIEN] = "it is not a capture file",
        [PCAP_GZIP] = "it is compressed: put `zcat FILE |` in front, and read it by -r -",
        [PCAP_BROKEN] = "a frame in it has an impossible length",
    };
    return result == PCAP_ERROR ? strerror(errno) : texts[result];
}
