/* ends.c - the two ends of a conversation in words; ends.h has the promises. */
#include "ends.h"

#include "text.h"

#include <arpa/inet.h>
#include <string.h>

const char *end_name(const struct flow *flow, unsigned side)
{
    if (flow->protocol != IPPROTO_TCP && flow->protocol != IPPROTO_UDP)
        return "";
    return side == 0 ? "client" : "server";
}

const char *format_address(unsigned version, const uint8_t address[static 16],
                           char text[static END_TEXT_MAX])
{
    inet_ntop(version == 4 ? AF_INET : AF_INET6, address, text, END_TEXT_MAX);
    return text;
}

const char *format_end(const struct flow *flow, unsigned side, char text[static END_TEXT_MAX])
{
    char address[END_TEXT_MAX];
    const struct side *end = &flow->side[side];
    struct text t = {.at = text, .room = END_TEXT_MAX};
    format_address(flow->version, end->address, address);
    add(&t, flow->version == 6 && end->port > 0 ? "[%s]" : "%s", address);
    if (end->port > 0)
        add(&t, ":%u", end->port);
    return text;
}

const char *format_named_end(const struct flow *flow, unsigned side, char text[static END_TEXT_MAX])
{
    char end[END_TEXT_MAX];
    const char *name = end_name(flow, side);
    struct text t = {.at = text, .room = END_TEXT_MAX};
    add(&t, "%s%s%s", name, *name ? " " : "", format_end(flow, side, end));
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
