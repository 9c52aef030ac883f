/* fields.c - what is in a header; fields.h describes each function. */
#include "fields.h"

#include "rest.h"

#include <arpa/inet.h>
#include <stdio.h>

static const struct field ethernet[] = {{"Destination Address", 48, SHOW_ETHERNET},
                                        {"Source Address", 48, SHOW_ETHERNET},
                                        {"EtherType", 16, SHOW_HEX},
                                        {0}};

static const struct field vlan[] = {{"PCP", 3, SHOW_DECIMAL},
                                    {"DEI", 1, SHOW_DECIMAL},
                                    {"VLAN Identifier", 12, SHOW_DECIMAL},
                                    {"EtherType", 16, SHOW_HEX},
                                    {0}};

static const struct field arp[] = {{"Hardware Type", 16, SHOW_DECIMAL},
                                   {"Protocol Type", 16, SHOW_HEX},
                                   {"HW Length", 8, SHOW_DECIMAL},
                                   {"Proto Length", 8, SHOW_DECIMAL},
                                   {"Operation", 16, SHOW_DECIMAL},
                                   {"Sender Hardware Address", 48, SHOW_ETHERNET},
                                   {"Sender Protocol Address", 32, SHOW_IPV4},
                                   {"Target Hardware Address", 48, SHOW_ETHERNET},
                                   {"Target Protocol Address", 32, SHOW_IPV4},
                                   {0}};

static const struct field ipv4[] = {
    {"Version", 4, SHOW_DECIMAL},
    {"IHL", 4, SHOW_DECIMAL},
    {"DSCP", 6, SHOW_DECIMAL}, /* with ECN the Type of Service of RFC 791; RFC 2474, RFC 3168 */
    {"ECN", 2, SHOW_DECIMAL},
    {"Total Length", 16, SHOW_DECIMAL},
    {"Identification", 16, SHOW_DECIMAL},
    {"0", 1, SHOW_DECIMAL},
    {"DF", 1, SHOW_DECIMAL},
    {"MF", 1, SHOW_DECIMAL},
    {"Fragment Offset", 13, SHOW_DECIMAL},
    {"Time to Live", 8, SHOW_DECIMAL},
    {"Protocol", 8, SHOW_DECIMAL},
    {"Header Checksum", 16, SHOW_HEX},
    {"Source Address", 32, SHOW_IPV4},
    {"Destination Address", 32, SHOW_IPV4},
    {0}};

static const struct field ipv6[] = {{"Version", 4, SHOW_DECIMAL},
                                    {"Traffic Class", 8, SHOW_DECIMAL},
                                    {"Flow Label", 20, SHOW_HEX},
                                    {"Payload Length", 16, SHOW_DECIMAL},
                                    {"Next Header", 8, SHOW_DECIMAL},
                                    {"Hop Limit", 8, SHOW_DECIMAL},
                                    {"Source Address", 128, SHOW_IPV6},
                                    {"Destination Address", 128, SHOW_IPV6},
                                    {0}};

static const struct field extension[] = {
    {"Next Header", 8, SHOW_DECIMAL}, {"Hdr Ext Len", 8, SHOW_DECIMAL}, {0}};

static const struct field fragment[] = {{"Next Header", 8, SHOW_DECIMAL},
                                        {"Reserved", 8, SHOW_DECIMAL},
                                        {"Fragment Offset", 13, SHOW_DECIMAL},
                                        {"Res", 2, SHOW_DECIMAL},
                                        {"M", 1, SHOW_DECIMAL},
                                        {"Identification", 32, SHOW_HEX},
                                        {0}};

static const struct field tcp[] = {{"Source Port", 16, SHOW_DECIMAL},
                                   {"Destination Port", 16, SHOW_DECIMAL},
                                   {"Sequence Number", 32, SHOW_DECIMAL},
                                   {"Acknowledgment Number", 32, SHOW_DECIMAL},
                                   {"Data Offset", 4, SHOW_DECIMAL},
                                   {"Rsrvd", 4, SHOW_DECIMAL},
                                   {"CWR", 1, SHOW_DECIMAL},
                                   {"ECE", 1, SHOW_DECIMAL},
                                   {"URG", 1, SHOW_DECIMAL},
                                   {"ACK", 1, SHOW_DECIMAL},
                                   {"PSH", 1, SHOW_DECIMAL},
                                   {"RST", 1, SHOW_DECIMAL},
                                   {"SYN", 1, SHOW_DECIMAL},
                                   {"FIN", 1, SHOW_DECIMAL},
                                   {"Window", 16, SHOW_DECIMAL},
                                   {"Checksum", 16, SHOW_HEX},
                                   {"Urgent Pointer", 16, SHOW_DECIMAL},
                                   {0}};

static const struct field udp[] = {{"Source Port", 16, SHOW_DECIMAL},
                                   {"Destination Port", 16, SHOW_DECIMAL},
                                   {"Length", 16, SHOW_DECIMAL},
                                   {"Checksum", 16, SHOW_HEX},
                                   {0}};

#define ICMP_BEGIN                                                                                 \
    {"Type", 8, SHOW_DECIMAL}, {"Code", 8, SHOW_DECIMAL},                                          \
    {                                                                                              \
        "Checksum", 16, SHOW_HEX                                                                   \
    }

static const struct field icmp[] = {ICMP_BEGIN, {"Rest of Header", 32, SHOW_HEX}, {0}};
static const struct field icmp_mtu[] = {
    ICMP_BEGIN, {"Unused", 16, SHOW_HEX}, {"Next-Hop MTU", 16, SHOW_DECIMAL}, {0}};
static const struct field icmpv6_mtu[] = {ICMP_BEGIN, {"MTU", 32, SHOW_DECIMAL}, {0}};
static const struct field icmp_echo[] = {
    ICMP_BEGIN, {"Identifier", 16, SHOW_DECIMAL}, {"Sequence Number", 16, SHOW_DECIMAL}, {0}};

static const struct {
    const char *name;
    const struct field *fields;
} layers[LAYER_KINDS] = {
    [LAYER_OTHER] = {"Link", NULL},
    [LAYER_ETHERNET] = {"Ethernet", ethernet},
    [LAYER_VLAN] = {"VLAN tag", vlan},
    [LAYER_ARP] = {"ARP", arp},
    [LAYER_IPV4] = {"IPv4", ipv4},
    [LAYER_IPV6] = {"IPv6", ipv6},
    [LAYER_EXTENSION] = {NULL, extension},
    [LAYER_FRAGMENT] = {"IPv6 fragment", fragment},
    [LAYER_TCP] = {"TCP", tcp},
    [LAYER_UDP] = {"UDP", udp},
    [LAYER_ICMP] = {"ICMP", icmp},
    [LAYER_ICMPV6] = {"ICMPv6", icmp},
    [LAYER_DATA] = {"Data", NULL},
};

const char *layer_name(const struct layer *layer)
{
    if (layer->kind != LAYER_EXTENSION)
        return layers[layer->kind].name;
    switch (layer->number) {
    case IPPROTO_HOPOPTS:
        return "IPv6 hop-by-hop";
    case IPPROTO_DSTOPTS:
        return "IPv6 destination";
    case IPPROTO_ROUTING:
        return "IPv6 routing";
    default:
        return "IPv6 extension";
    }
}

/* The second half of an ICMP header depends on its type (RFC 792, RFC 1191, RFC 4443). */
static const struct field *icmp_fields(const struct layer *layer)
{
    bool six = layer->kind == LAYER_ICMPV6;
    unsigned type = layer->kept >= 2 ? layer->at[0] : 255;
    if (six ? type == 128 || type == 129 : type == 0 || type == 8)
        return icmp_echo;
    if (six)
        return type == 2 ? icmpv6_mtu : icmp;
    return type == 3 && layer->at[1] == 4 ? icmp_mtu : icmp;
}

const struct field *layer_fields(const struct layer *layer)
{
    if (layer->kind == LAYER_ICMP || layer->kind == LAYER_ICMPV6)
        return icmp_fields(layer);
    return layers[layer->kind].fields;
}

unsigned bit_at(const uint8_t *at, size_t bit)
{
    return at[bit / 8] >> (7 - bit % 8) & 1;
}

void format_value(char text[static VALUE_MAX], const struct field *field, const uint8_t *at,
                  size_t bit)
{
    uint64_t number = 0;
    const uint8_t *byte = at + bit / 8;
    for (unsigned i = 0; i < field->bits && field->bits <= 32; i++)
        number = number << 1 | bit_at(at, bit + i);
    if (field->show == SHOW_ETHERNET)
        snprintf(text, VALUE_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", byte[0], byte[1], byte[2],
                 byte[3], byte[4], byte[5]);
    else if (field->show == SHOW_DECIMAL)
        snprintf(text, VALUE_MAX, "%u", (unsigned)number);
    else if (field->show == SHOW_HEX)
        snprintf(text, VALUE_MAX, "0x%0*x", (int)(field->bits + 3) / 4, (unsigned)number);
    else
        inet_ntop(field->show == SHOW_IPV4 ? AF_INET : AF_INET6, byte, text, VALUE_MAX);
}
