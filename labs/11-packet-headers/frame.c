/* frame.c - reads a frame from the link's header to the data; frame.h describes each function. */
#include "frame.h"

#include "ip.h"
#include "link.h"

#include <netinet/in.h>
#include <netinet/ip_icmp.h>

struct frame parse_layers(enum link_type link, const uint8_t *bytes, size_t kept, size_t len,
                          struct layers *seen)
{
    struct frame f = {.verdict = FRAME_NOT_IP};
    struct rest r = {.at = bytes, .kept = kept < len ? kept : len, .len = len, .seen = seen};
    if (seen)
        seen->count = 0;
    if (strip_link(link, &r, &f))
        parse_ip(&r, &f);
    return f;
}

struct frame parse_frame(enum link_type link, const uint8_t *bytes, size_t kept, size_t len)
{
    return parse_layers(link, bytes, kept, len, NULL);
}

bool has_ports(unsigned protocol)
{
    return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

static bool is_error(const struct frame *f)
{
    if (f->version == 6)
        return f->protocol == IPPROTO_ICMPV6 && f->type < 128; /* RFC 4443, section 2.1 */
    return f->protocol == IPPROTO_ICMP &&
           (f->type == ICMP_DEST_UNREACH || f->type == ICMP_TIME_EXCEEDED ||
            f->type == ICMP_PARAMETERPROB || f->type == ICMP_REDIRECT ||
            f->type == ICMP_SOURCE_QUENCH);
}

bool parse_quoted_layers(const struct frame *error, struct frame *quoted, struct layers *seen)
{
    if (seen)
        seen->count = 0;
    if (error->version == 0 || error->verdict != FRAME_WHOLE || !is_error(error))
        return false;
    /* The packet was longer than its quote. Its own header says how long, so any length will do. */
    *quoted = (struct frame){.verdict = FRAME_NOT_IP};
    struct rest r = {.at = error->data, .kept = error->data_kept, .len = 65535 + 40, .seen = seen};
    parse_ip(&r, quoted);
    return quoted->version != 0;
}

bool parse_quote(const struct frame *error, struct frame *quoted)
{
    return parse_quoted_layers(error, quoted, NULL);
}
