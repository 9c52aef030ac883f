/* svg_ladder.c - one conversation in SVG: its two sides, their states, and the arrows. */
#include "svg_ladder.h"

#include "ends.h"
#include "svg_arrow.h"

#include <string.h>

enum {
    HEAD = 122, /* from the top to the first arrow */
    PITCH = 77, /* from arrow to arrow */
    NOTE = 36,  /* added to it if there is a note below the arrow */
    FOOT = 36,  /* of the lines, below the last arrow */
    STACK = 37, /* from a state that a side passes down to the one that it enters */
};

static unsigned long height_of(const struct flow *flow, const struct rung *r)
{
    char note[LABEL_TEXT_MAX];
    return *format_note(flow, r, note) ? PITCH + NOTE : PITCH;
}

unsigned long svg_height(const struct story *story, size_t number)
{
    unsigned long height = HEAD;
    for (const struct rung *r = story->ladders[number].first; r; r = r->next)
        height += height_of(&story->flows.all[number], r);
    return height - PITCH + SVG_FALL + FOOT;
}

/* The state that a side enters, beside its line. */
static void put_state(FILE *out, const char *name, unsigned side, unsigned long y)
{
    int width = (int)strlen(name) * 14 + 18;
    int x = side == 0 ? SVG_LEFT - 14 - width : SVG_RIGHT + 14;
    fprintf(out,
            "<rect x=\"%d\" y=\"%lu\" width=\"%d\" height=\"34\" rx=\"17\" fill=\"#e3edf9\""
            " stroke=\"#12365f\" stroke-width=\"2\"/>"
            "<text x=\"%d\" y=\"%lu\" font-size=\"22\" font-weight=\"bold\">%s</text>\n",
            x, y - 17, width, x + width / 2, y + 8, name);
}

static void put_states(FILE *out, const struct step *step, unsigned long y)
{
    for (unsigned side = 0; side < 2; side++) {
        unsigned long at = side == step->from ? y : y + SVG_FALL;
        if (step->passed[side] != STATE_UNKNOWN)
            put_state(out, state_name(step->passed[side]), side, at - STACK);
        if (step->entered[side])
            put_state(out, state_name(step->state[side]), side, at);
    }
}

/* Draws a side's name, address and line. A long address begins, or ends, at the picture's edge. */
static void put_side(FILE *out, const struct flow *flow, unsigned side, unsigned long top,
                     unsigned long bottom)
{
    char end[END_TEXT_MAX];
    int x = side == 0 ? SVG_LEFT : SVG_RIGHT, edge = side == 0 ? 16 : SVG_WIDTH - 16;
    bool wide = strlen(format_end(flow, side, end)) > 28;
    fprintf(out, "<text x=\"%d\" y=\"%lu\" font-size=\"28\" font-weight=\"bold\">%s</text>", x,
            top + 34, end_name(flow, side));
    fprintf(out, "<text x=\"%d\" y=\"%lu\" font-size=\"%d\" text-anchor=\"%s\">%s</text>",
            wide ? edge : x, top + 66, strlen(end) > 40 ? 20 : 22,
            !wide       ? "middle"
            : side == 0 ? "start"
                        : "end",
            end);
    fprintf(out, "<path d=\"M%d %luV%lu\" stroke=\"#222222\" stroke-width=\"3\"/>\n", x, top + 80,
            bottom);
}

void put_svg_ladder(FILE *out, const struct story *story, size_t number, unsigned long top)
{
    const struct flow *flow = &story->flows.all[number];
    unsigned long y = top + HEAD;
    fprintf(out,
            "<g fill=\"#111111\" text-anchor=\"middle\"><text x=\"%d\" y=\"%lu\" font-size=\"22\">",
            SVG_WIDTH / 2, top + 34);
    fprintf(out, story->flows.count > 1 ? "%s, %zu of %zu" : "%s", protocol_name(flow->protocol),
            number + 1, story->flows.count);
    fputs("</text>\n", out);
    for (unsigned side = 0; side < 2; side++)
        put_side(out, flow, side, top, top + svg_height(story, number));
    for (const struct rung *r = story->ladders[number].first; r; r = r->next) {
        put_svg_arrow(out, flow, r, y);
        put_states(out, &r->step, y);
        y += height_of(flow, r);
    }
    fputs("</g>\n", out);
}
