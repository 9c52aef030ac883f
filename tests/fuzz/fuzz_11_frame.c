/* fuzz_11_frame.c - random frames for lab 11's parser. Whatever comes, it never reads beyond the
 * end (the frame is a heap block of just its size, under AddressSanitizer), its data lie inside,
 * and cutting a frame changes its verdict only to FRAME_CUT.
 *
 * The first byte of the input chooses the link, the next one how much more was on the wire. */
// sources: labs/11-packet-headers/frame.c labs/11-packet-headers/link.c
// sources: labs/11-packet-headers/ip.c labs/11-packet-headers/transport.c
// sources: labs/11-packet-headers/checksum.c labs/11-packet-headers/options.c
#include "../../labs/11-packet-headers/frame.h"
#include "../../labs/11-packet-headers/options.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

static void check(bool fact)
{
    if (!fact)
        abort();
}

/* What must hold for any frame. */
static void check_frame(const struct frame *f, const uint8_t *bytes, size_t kept, size_t len)
{
    bool not_ip = f->verdict == FRAME_NOT_IP || f->verdict == FRAME_ARP;
    check((f->version == 0) == not_ip || f->verdict == FRAME_CUT || f->verdict == FRAME_MALFORMED);
    check(f->data_kept <= f->data_len && f->data_len <= len);
    if (f->data)
        check(f->data >= bytes && f->data + f->data_kept <= bytes + kept);
    if (f->verdict == FRAME_WHOLE)
        check(f->data != NULL);
    if (f->verdict == FRAME_FRAGMENT)
        check(f->fragmented && f->from_port == 0 && f->data == NULL);
    if (f->protocol != IPPROTO_TCP && f->protocol != IPPROTO_UDP)
        check(f->from_port == 0 && f->to_port == 0 && f->flags == 0);
    struct frame quoted;
    if (parse_quote(f, &quoted))
        check(quoted.data_kept <= f->data_kept);
}

/* The headers are inside the frame, one behind the other, and their options inside them. */
static void check_layers(const struct layers *seen, const uint8_t *bytes, size_t kept, size_t len)
{
    const uint8_t *end = bytes;
    size_t all = 0;
    for (size_t i = 0; i < seen->count; i++) {
        const struct layer *layer = &seen->layer[i];
        check(layer->at >= end && layer->at + layer->kept <= bytes + kept);
        check(layer->kept <= layer->len);
        end = layer->at + layer->kept;
        all += layer->len;
        struct option option;
        for (size_t at = options_begin(layer); next_option_in(layer, &at, &option);)
            check(option.at >= layer->at && option.at + option.len <= layer->at + layer->kept);
    }
    check(all <= len);
}

/* Without its last byte it is FRAME_CUT; or nothing changes, if that byte was padding. */
static void check_cut(const struct frame *f, enum link_type link, const uint8_t *bytes, size_t kept)
{
    if (kept == 0 || f->verdict != FRAME_WHOLE)
        return;
    struct frame cut = parse_frame(link, bytes, kept - 1, kept);
    check(cut.verdict == FRAME_CUT || cut.verdict == FRAME_WHOLE);
    check(cut.version == f->version || cut.version == 0);
    check(cut.protocol == f->protocol || cut.protocol == 0 || cut.verdict == FRAME_CUT);
    if (cut.verdict == FRAME_WHOLE)
        check(cut.data_len == f->data_len && cut.from_port == f->from_port);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static const enum link_type links[] = {LINK_NULL, LINK_ETHERNET, LINK_RAW, LINK_SLL,
                                           LINK_SLL2, LINK_IPV4,     LINK_IPV6};
    if (len < 2)
        return 0;
    enum link_type link = links[data[0] % 7];
    size_t kept = len - 2, on_wire = kept + data[1];
    uint8_t *bytes = malloc(kept > 0 ? kept : 1);
    check(bytes != NULL);
    memcpy(bytes, data + 2, kept);
    struct layers seen;
    struct frame f = parse_layers(link, bytes, kept, on_wire, &seen);
    check_layers(&seen, bytes, kept, on_wire);
    struct frame quoted;
    if (parse_quoted_layers(&f, &quoted, &seen))
        check_layers(&seen, f.data, f.data_kept, 65535 + 40);
    check_frame(&f, bytes, kept, on_wire);
    if (kept == on_wire)
        check_cut(&f, link, bytes, kept);
    free(bytes);
    return 0;
}
