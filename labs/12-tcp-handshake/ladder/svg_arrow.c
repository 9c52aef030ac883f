/* svg_arrow.c - arrows, labels and notes in SVG.
 *
 * An arrow is drawn level, from (0, 0) to (SHAFT, 0) or back, and then turned, together with its
 * label and its note. A character is taken to be as wide as in the widest common monospaced fonts,
 * 0.602 of the font size. */
#include "svg_arrow.h"

#include "ends.h"
#include "text.h"

#include <string.h>

enum {
    SHAFT = 853, /* hypot(SVG_RIGHT - SVG_LEFT, SVG_FALL) */
    LOST = 733,  /* how far a lost one gets */
};

static const char turn[] = "2.285"; /* degrees: atan(SVG_FALL / (SVG_RIGHT - SVG_LEFT)) */

void put_xml(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            putc('?', out); /* some of them cannot be written in XML 1.0 */
        else if (strchr("&<>\"'", *text))
            fprintf(out, "&#%d;", *text);
        else
            putc(*text, out);
}

const char *format_note(const struct flow *flow, const struct rung *r,
                        char text[static LABEL_TEXT_MAX])
{
    char address[END_TEXT_MAX];
    unsigned remarks = r->step.remarks;
    struct text t = {.at = text, .room = LABEL_TEXT_MAX};
    const char *router = format_router(flow, &r->frame, &r->step, address), *remark;
    text[0] = '\0';
    if (*router)
        add(&t, "from %s", router);
    while ((remark = next_remark(&remarks)))
        add(&t, "%s%s", t.len > 0 ? ", " : "", remark);
    return text;
}

/* Colours that stand out on white, for what you look for. The label says the same in words. */
static const char *color_of(const struct rung *r)
{
    if (r->lost || r->frame.flags & TCP_RST || r->step.remarks & ABOUT_THE_OTHER)
        return "#b00020";
    if (r->frame.flags & TCP_SYN)
        return "#00602b";
    if (r->frame.flags & TCP_FIN)
        return "#6a1b9a";
    return r->frame.data_len > 0 ? "#0b4a9e" : "#333333";
}

/* A line with a head; for a lost frame, a broken line with a cross, the word "lost" and no head.
 * `way` is 1 from left to right, else -1. */
static void put_arrow(FILE *out, const struct rung *r, int begin, int way)
{
    const char *color = color_of(r);
    int end = begin + way * (r->lost ? LOST : SHAFT - 16);
    fprintf(out, "<path d=\"M%d 0H%d\" stroke=\"%s\" stroke-width=\"4\"%s/>", begin, end, color,
            r->lost ? " stroke-dasharray=\"16 9\"" : "");
    if (r->lost)
        fprintf(
            out,
            "<path d=\"M%d -15L%d 15M%d 15L%d -15\" stroke=\"%s\" stroke-width=\"6\"/>"
            "<text x=\"%d\" y=\"8\" font-size=\"24\" font-weight=\"bold\" fill=\"%s\">lost</text>",
            end - 15, end + 15, end - 15, end + 15, color, end + way * 56, color);
    else
        fprintf(out, "<path d=\"M%d -11L%d 0L%d 11Z\" fill=\"%s\"/>", end - way * 8, end + way * 16,
                end - way * 8, color);
}

/* Writes the label along the arrow. One with many flags needs smaller letters. */
static void put_label(FILE *out, const struct rung *r, int middle)
{
    enum { COLUMNS = 54, LOST_COLUMNS = 46, SMALL_COLUMNS = 72 };
    size_t columns = r->lost ? LOST_COLUMNS : COLUMNS;
    char label[LABEL_TEXT_MAX];
    struct frame bare = r->frame;
    bare.data_kept = 0;
    bool small = strlen(draw_plain_label(&bare, &r->step, SMALL_COLUMNS, label)) > columns;
    if (!small)
        draw_plain_label(&r->frame, &r->step, columns, label);
    fprintf(out, "<text x=\"%d\" y=\"-10\" font-size=\"%d\">", middle, small ? 16 : 24);
    put_xml(out, label);
    fputs("</text>", out);
}

static void put_note(FILE *out, const char *note, int middle)
{
    int width = (int)strlen(note) * 14 + 20;
    fprintf(out,
            "<rect x=\"%d\" y=\"10\" width=\"%d\" height=\"32\" rx=\"5\" fill=\"#fff0b3\""
            " stroke=\"#7a5200\" stroke-width=\"2\"/><text x=\"%d\" y=\"34\" font-size=\"22\">",
            middle - width / 2, width, middle);
    put_xml(out, note);
    fputs("</text>", out);
}

void put_svg_arrow(FILE *out, const struct flow *flow, const struct rung *r, unsigned long y)
{
    char note[LABEL_TEXT_MAX];
    bool right = r->step.from == 0;
    int shaft = r->lost ? LOST - 24 : SHAFT, middle = right ? shaft / 2 : SHAFT - shaft / 2;
    fprintf(out, "<g transform=\"translate(%d %lu) rotate(%s%s)\">", SVG_LEFT,
            right ? y : y + SVG_FALL, right ? "" : "-", turn);
    put_arrow(out, r, right ? 0 : SHAFT, right ? 1 : -1);
    put_label(out, r, middle);
    if (*format_note(flow, r, note))
        put_note(out, note, middle);
    fputs("</g>\n", out);
}
