/* drops.c - reads and remembers what the firewall tells; drops.h describes each function. */
#include "drops.h"

#include "../../11-packet-headers/link.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <string.h>

/* Of less than an IP header we cannot tell whose it is: a rule may say `snaplen 4`. */
enum { HEADER = 20 };

/* A router counts the hops of a packet down, and sums up its header anew, before its firewall sees
 * it. Everything else stays as it was on the wire. */
static void blank_hops(struct drop *drop)
{
    unsigned version = drop->bytes[0] >> 4;
    if (version == 4) /* TTL, header checksum */
        drop->bytes[8] = drop->bytes[10] = drop->bytes[11] = 0;
    else if (version == 6)
        drop->bytes[7] = 0;
}

static void fill(struct drop *drop, const uint8_t *packet, size_t len)
{
    *drop = (struct drop){.len = len < DROP_BYTES ? len : DROP_BYTES};
    memcpy(drop->bytes, packet, drop->len);
    blank_hops(drop);
}

static struct drop *drop_at(struct drops *drops, size_t number)
{
    return &drops->all[(drops->oldest + number) % DROPS_MAX];
}

static void remember(struct drops *drops, const uint8_t *packet, size_t len)
{
    if (drops->count == DROPS_MAX) {
        drops->oldest = (drops->oldest + 1) % DROPS_MAX;
        drops->count--;
        drops->forgotten++;
    }
    fill(drop_at(drops, drops->count++), packet, len);
}

/* Finds the packet among a message's attributes: each has its length, its type and its value, and
 * begins at a multiple of 4. */
static void read_attributes(struct drops *drops, const uint8_t *at, size_t len)
{
    struct nlattr attribute;
    while (len >= sizeof attribute) {
        memcpy(&attribute, at, sizeof attribute);
        if (attribute.nla_len < sizeof attribute || attribute.nla_len > len)
            return;
        if ((attribute.nla_type & NLA_TYPE_MASK) == NFULA_PAYLOAD &&
            attribute.nla_len >= sizeof attribute + HEADER)
            remember(drops, at + sizeof attribute, attribute.nla_len - sizeof attribute);
        size_t step = ((size_t)attribute.nla_len + 3) / 4 * 4;
        if (step > len)
            return;
        at += step;
        len -= step;
    }
}

void add_drops(struct drops *drops, const void *messages, size_t len)
{
    const size_t body = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));
    const uint8_t *at = messages;
    struct nlmsghdr header;
    while (len >= sizeof header) {
        memcpy(&header, at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > len)
            return;
        if (header.nlmsg_type == (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET) &&
            header.nlmsg_len >= body)
            read_attributes(drops, at + body, header.nlmsg_len - body);
        size_t step = NLMSG_ALIGN((size_t)header.nlmsg_len);
        if (step > len)
            return;
        at += step;
        len -= step;
    }
}

/* Closes the gap, from the side of the oldest: usually there is nothing to move. */
static void forget(struct drops *drops, size_t number)
{
    for (; number > 0; number--)
        *drop_at(drops, number) = *drop_at(drops, number - 1);
    drops->oldest = (drops->oldest + 1) % DROPS_MAX;
    drops->count--;
}

bool take_drop(struct drops *drops, enum link_type link, const struct captured *frame)
{
    struct frame ignored;
    struct rest packet = {.at = frame->bytes, .kept = frame->kept, .len = frame->len};
    struct drop wanted;
    if (drops->count == 0 || !strip_link(link, &packet, &ignored))
        return false;
    fill(&wanted, packet.at, packet.kept);
    for (size_t i = 0; i < drops->count; i++) {
        const struct drop *drop = drop_at(drops, i);
        /* Ethernet pads a short frame, so it may be longer than its packet. */
        if (drop->len <= wanted.len && memcmp(drop->bytes, wanted.bytes, drop->len) == 0) {
            forget(drops, i);
            return true;
        }
    }
    return false;
}
