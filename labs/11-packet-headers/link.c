/* link.c - skips what comes before the IP packet; link.h describes each function. */
#include "link.h"

#include <errno.h>
#include <net/ethernet.h>
#include <net/if_arp.h>

/* The links with an EtherType in their header. */
static const struct {
    enum link_type link;
    size_t len, type_at; /* of the header, and of the EtherType in it */
} headers[] = {{LINK_ETHERNET, 14, 12}, {LINK_SLL, 16, 14}, {LINK_SLL2, 20, 0}};

enum { HEADERS = sizeof headers / sizeof headers[0] };

/* True if frames begin with the IP packet. */
static bool is_bare(enum link_type link)
{
    return link == LINK_RAW || link == LINK_IPV4 || link == LINK_IPV6;
}

bool knows_link(enum link_type link)
{
    for (size_t i = 0; i < HEADERS; i++)
        if (headers[i].link == link)
            return true;
    return is_bare(link) || link == LINK_NULL;
}

const char *link_name(enum link_type link)
{
    static const struct {
        int link;
        const char *name;
    } names[] = {
        {9, "PPP"},
        {50, "PPP in HDLC"},
        {51, "PPP over Ethernet"},
        {105, "Wi-Fi"},
        {107, "Frame Relay"},
        {119, "Wi-Fi with Prism headers"},
        {127, "Wi-Fi with radiotap headers"},
        {163, "Wi-Fi with AVS headers"},
        {187, "Bluetooth HCI"},
        {189, "USB"},
        {192, "packets with PPI headers"},
        {195, "IEEE 802.15.4"},
        {201, "Bluetooth HCI"},
        {220, "USB"},
        {227, "CAN bus"},
        {230, "IEEE 802.15.4"},
        {239, "the firewall's log"},
        {249, "USB"},
        {251, "Bluetooth LE"},
        {253, "netlink"},
        {256, "Bluetooth LE"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].link == (int)link)
            return names[i].name;
    return "";
}

/* Notes an ARP message about addresses of Ethernet
 * and IPv4; others have fields of other lengths. */
static void note_arp(const struct rest *r)
{
    bool usual = r->kept >= 6 && r->at[4] == 6 && r->at[5] == 4;
    if (usual && r->len >= 28)
        note(r, LAYER_ARP, 0, 28);
    else
        note(r, LAYER_DATA, 0, r->len);
}

/* Skips a header of `len` bytes with an EtherType, and the VLAN tags that may follow. */
static bool strip_ethertype(size_t len, size_t type_at, struct rest *r, struct frame *f)
{
    if (!has(r, len, f))
        return false;
    unsigned type = get16(r->at + type_at);
    note(r, type_at == 12 ? LAYER_ETHERNET : LAYER_OTHER, 0, len);
    advance(r, len);
    while (type == ETHERTYPE_VLAN || type == 0x88a8) { /* a tag of 4 bytes (IEEE 802.1Q) */
        if (!has(r, 4, f))
            return false;
        type = get16(r->at + 2);
        note(r, LAYER_VLAN, 0, 4);
        advance(r, 4);
    }
    if (type == ETHERTYPE_ARP) {
        f->verdict = FRAME_ARP;
        note_arp(r);
    } else if (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6) {
        note(r, LAYER_DATA, 0, r->len);
    }
    return type == ETHERTYPE_IP || type == ETHERTYPE_IPV6;
}

bool strip_link(enum link_type link, struct rest *r, struct frame *f)
{
    f->verdict = FRAME_NOT_IP;
    if (is_bare(link))
        return true;
    if (link == LINK_NULL) {
        if (!has(r, 4, f))
            return false;
        note(r, LAYER_OTHER, 0, 4);
        advance(r, 4); /* the protocol family; the packet itself says which it is */
        return true;
    }
    for (size_t i = 0; i < HEADERS; i++)
        if (headers[i].link == link)
            return strip_ethertype(headers[i].len, headers[i].type_at, r, f);
    return false;
}

int link_of_hardware(unsigned kind, enum link_type *link)
{
    switch (kind) {
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK:
        *link = LINK_ETHERNET;
        return 0;
    case ARPHRD_NONE: /* a VPN, as a rule */
    case ARPHRD_PPP:
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT:
    case ARPHRD_IPGRE:
        *link = LINK_RAW;
        return 0;
    default:
        errno = EPROTONOSUPPORT;
        return -1;
    }
}
