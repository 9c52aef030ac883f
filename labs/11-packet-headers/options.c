/* options.c - finds options; options.h describes each function. */
#include "options.h"

#include <netinet/in.h>

static const struct {
    enum layer_kind kind;
    unsigned number;
    const char *name;
} names[] = {
    {LAYER_TCP, 0, "end of options"},
    {LAYER_TCP, 1, "no operation"},
    {LAYER_TCP, 2, "maximum segment size"},
    {LAYER_TCP, 3, "window scale"},
    {LAYER_TCP, 4, "SACK permitted"},
    {LAYER_TCP, 5, "SACK"},
    {LAYER_TCP, 8, "timestamps"},
    {LAYER_TCP, 30, "MPTCP"},
    {LAYER_TCP, 34, "fast open"},
    {LAYER_IPV4, 0, "end of options"},
    {LAYER_IPV4, 1, "no operation"},
    {LAYER_IPV4, 7, "record route"},
    {LAYER_IPV4, 68, "timestamp"},
    {LAYER_IPV4, 148, "router alert"},
    {LAYER_EXTENSION, 0, "one byte of padding"},
    {LAYER_EXTENSION, 1, "padding"},
    {LAYER_EXTENSION, 5, "router alert"},
};

static const char *find_name(enum layer_kind kind, unsigned number)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].kind == kind && names[i].number == number)
            return names[i].name;
    return "";
}

size_t options_begin(const struct layer *layer)
{
    bool tlv = layer->number == IPPROTO_HOPOPTS || layer->number == IPPROTO_DSTOPTS;
    if (layer->kind == LAYER_IPV4 || layer->kind == LAYER_TCP)
        return 20;
    return layer->kind == LAYER_EXTENSION && tlv ? 2 : layer->len;
}

bool next_option_in(const struct layer *layer, size_t *at, struct option *option)
{
    bool six = layer->kind == LAYER_EXTENSION;
    size_t left = layer->kept > *at ? layer->kept - *at : 0;
    if (left == 0)
        return false;
    const uint8_t *first = layer->at + *at;
    size_t len = 1;
    if (six ? first[0] != 0 : first[0] > 1) {
        if (left < 2)
            return false;
        len = six ? first[1] + 2u : first[1]; /* IPv6 counts the value only */
        if (len < 2 || len > left)
            return false;
    }
    *option = (struct option){first[0], find_name(layer->kind, first[0]), first, len};
    bool end = !six && first[0] == 0;
    *at = end ? layer->kept : *at + len;
    return true;
}
