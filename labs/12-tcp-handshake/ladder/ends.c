/* ends.c - the two ends of a conversation in words; ends.h describes each function. */
#include "ends.h"

#include "key.h"
#include "text.h"

#include <arpa/inet.h>
#include <string.h>

const char *end_name(const struct flow *flow, unsigned side)
{
    if (!has_ports(flow->protocol) || is_own_peer(flow))
        return "";
    return side == 0 ? "client" : "server";
}

const char *format_address(unsigned version, const uint8_t address[static 16],
                           char text[static END_TEXT_MAX])
{
    if (version == 6)
        return inet_ntop(AF_INET6, address, text, END_TEXT_MAX);
    struct text t = {.at = text, .room = END_TEXT_MAX};
    for (size_t i = 0; i < 4; i++) {
        if (i > 0)
            add_char(&t, '.');
        add_number(&t, address[i]);
    }
    return text;
}

/* Adds the address and the port. An IPv6 address has colons too, so it gets brackets. */
static void add_end(struct text *t, const struct flow *flow, unsigned side)
{
    char address[END_TEXT_MAX];
    const struct side *end = &flow->side[side];
    bool brackets = flow->version == 6 && has_ports(flow->protocol);
    add_string(t, brackets ? "[" : "");
    add_string(t, format_address(flow->version, end->address, address));
    add_string(t, brackets ? "]" : "");
    if (has_ports(flow->protocol)) {
        add_char(t, ':');
        add_number(t, end->port);
    }
}

const char *format_end(const struct flow *flow, unsigned side, char text[static END_TEXT_MAX])
{
    struct text t = {.at = text, .room = END_TEXT_MAX};
    add_end(&t, flow, side);
    return text;
}

const char *format_named_end(const struct flow *flow, unsigned side, char text[static END_TEXT_MAX])
{
    const char *name = end_name(flow, side);
    struct text t = {.at = text, .room = END_TEXT_MAX};
    add_string(&t, name);
    add_string(&t, *name ? " " : "");
    add_end(&t, flow, side);
    return text;
}

const char *format_router(const struct flow *flow, const struct frame *frame,
                          const struct step *step, char text[static END_TEXT_MAX])
{
    if (!(step->remarks & ABOUT_THE_OTHER) ||
        memcmp(frame->from, flow->side[step->from].address, sizeof frame->from) == 0)
        return "";
    return format_address(frame->version, frame->from, text);
}
