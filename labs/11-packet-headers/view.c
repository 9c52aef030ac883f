/* view.c - shows a frame; view.h describes the function. */
#include "view.h"

#include "box.h"
#include "options.h"
#include "sums.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN = 48 }; /* bytes of data that are shown */

static const char *prefix(const struct view *view)
{
    return view->quoted ? "quoted " : "";
}

/* True if the capture has all bytes of the fields. */
static bool has_fields(const struct field *fields, const struct layer *layer)
{
    size_t bits = 0;
    for (; fields && fields->bits > 0; fields++)
        bits += fields->bits;
    return bits > 0 && bits <= 8 * layer->kept;
}

static void list_fields(const struct view *view, const struct layer *layer)
{
    char value[VALUE_MAX];
    size_t bit = 0;
    for (const struct field *f = layer_fields(layer); f->bits > 0; bit += f->bits, f++) {
        format_value(value, f, layer->at, bit);
        printf("%llu\t%s%s\t%s\t%s\n", view->overhead.frames, prefix(view), layer_name(layer),
               f->name, value);
    }
}

static void show_option(const struct view *view, const struct layer *layer, const struct option *o)
{
    if (view->list)
        printf("%llu\t%s%s\tOption %u\t", view->overhead.frames, prefix(view), layer_name(layer),
               o->kind);
    else
        printf("  option %u%s%s:", o->kind, *o->name ? ", " : "", o->name);
    for (size_t i = 0; i < o->len; i++)
        printf(view->list ? "%02x" : " %02x", o->at[i]);
    puts("");
}

static void show_options(const struct view *view, const struct layer *layer)
{
    struct option option;
    size_t at = options_begin(layer);
    while (next_option_in(layer, &at, &option))
        show_option(view, layer, &option);
    if (at < layer->kept && options_begin(layer) < layer->kept && !view->list)
        printf("  option %u has an impossible length: the rest, %zu bytes, cannot be read\n",
               layer->at[at], layer->kept - at);
}

static void show_data(const struct layer *layer)
{
    size_t len = layer->kept < SHOWN ? layer->kept : SHOWN;
    for (size_t row = 0; row < len; row += 16) {
        printf("  %04zx ", row);
        for (size_t i = row; i < row + 16; i++)
            i < len ? printf(" %02x", layer->at[i]) : printf("   ");
        printf("  ");
        for (size_t i = row; i < row + 16 && i < len; i++)
            putchar(isprint(layer->at[i]) ? layer->at[i] : '.');
        puts("");
    }
    if (layer->kept > len)
        printf("  ... and %zu bytes more\n", layer->kept - len);
}

static void show_layer(const struct view *view, const struct layer *layer)
{
    const struct field *fields = layer_fields(layer);
    bool readable = has_fields(fields, layer);
    if (view->list) {
        if (readable)
            list_fields(view, layer);
        if (readable)
            show_options(view, layer);
        return;
    }
    const char *less =
        view->quoted ? ", but the error quotes less" : ", but the capture has not kept all";
    printf("%s%s: %zu byte%s%s\n", prefix(view), layer_name(layer), layer->len,
           layer->len == 1 ? "" : "s", layer->kept < layer->len ? less : "");
    if (readable) {
        draw_box(fields, layer->at);
        show_options(view, layer);
    } else {
        show_data(layer);
    }
}

static bool is_wanted(const struct view *view, const struct layer *layer)
{
    size_t len = strlen(prefix(view));
    return !view->only || (strncmp(view->only, prefix(view), len) == 0 &&
                           strcmp(view->only + len, layer_name(layer)) == 0);
}

/* The kernel takes a tag out of the frame, and tells it beside the frame (packet(7),
 * PACKET_AUXDATA). */
static void show_tag(const struct view *view, const struct captured *captured)
{
    const uint8_t bytes[] = {(uint8_t)(captured->tag >> 8), (uint8_t)captured->tag,
                             captured->bytes[12], captured->bytes[13]};
    const struct layer layer = {.kind = LAYER_VLAN, .at = bytes, .kept = 4, .len = 4};
    if (!is_wanted(view, &layer))
        return;
    if (!view->list)
        puts("The kernel has taken these 4 bytes out of the frame, and tells them apart:");
    show_layer(view, &layer);
}

static bool any_wanted(const struct view *view, const struct layers *seen, bool tagged)
{
    const struct layer tag = {.kind = LAYER_VLAN};
    if (tagged && is_wanted(view, &tag))
        return true;
    for (size_t i = 0; i < seen->count; i++)
        if (is_wanted(view, &seen->layer[i]))
            return true;
    return !view->only;
}

static const char *verdict_words(const struct frame *frame)
{
    static const char *const words[] = {
        [FRAME_WHOLE] = "",
        [FRAME_FRAGMENT] = ", a later piece of a packet",
        [FRAME_CUT] = ", cut by the capture",
        [FRAME_MALFORMED] = ", its lengths contradict each other",
        [FRAME_ARP] = "",
        [FRAME_NOT_IP] = "",
    };
    return frame->verdict == FRAME_WHOLE && frame->fragmented ? ", the first piece of a packet"
                                                              : words[frame->verdict];
}

static void show_layers(const struct view *view, const struct captured *captured,
                        const struct layers *seen, const struct layers *quote)
{
    for (size_t i = 0; i < seen->count; i++) {
        bool drawn_below = seen->layer[i].kind == LAYER_DATA && quote->count > 0 && !view->only;
        if (is_wanted(view, &seen->layer[i]) && !drawn_below)
            show_layer(view, &seen->layer[i]);
        if (seen->layer[i].kind == LAYER_ETHERNET && captured->tagged)
            show_tag(view, captured);
    }
}

static void show_sums(const struct view *view, const struct captured *captured,
                      const struct frame *frame, const struct layers *seen)
{
    for (size_t i = 0; i < seen->count; i++)
        if (is_wanted(view, &seen->layer[i]))
            show_sum(frame, seen, i);
    if (captured->link == LINK_ETHERNET && captured->kept == captured->len)
        printf("CRC-32 of the frame: 0x%08x\n", crc32_of(captured->bytes, captured->len));
}

void show_frame(struct view *view, const struct captured *captured)
{
    static const struct captured untagged;
    struct layers seen, quote, none = {0};
    struct frame frame =
        parse_layers(captured->link, captured->bytes, captured->kept, captured->len, &seen);
    struct frame quoted;
    parse_quoted_layers(&frame, &quoted, &quote);
    struct view inner = *view;
    inner.quoted = true;
    if (!any_wanted(view, &seen, captured->tagged) && !any_wanted(&inner, &quote, false))
        return;
    add_frame(&view->overhead, &seen, captured->len);
    if (view->quiet)
        return;
    inner.overhead = view->overhead;
    if (!view->list)
        printf("%sframe %llu: %zu bytes%s\n", view->overhead.frames > 1 ? "\n" : "",
               view->overhead.frames, captured->len, verdict_words(&frame));
    show_layers(view, captured, &seen, &quote);
    show_layers(&inner, &untagged, &quote, &none);
    if (view->sums && !view->list)
        show_sums(view, captured, &frame, &seen);
}
