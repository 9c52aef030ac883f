/* svg.c - the SVG document around the ladders: its size, its title, and the description in
 * words. */
#include "svg.h"

#include "ends.h"
#include "svg_arrow.h"
#include "svg_ladder.h"

enum { MARGIN = 16, BETWEEN = 56 }; /* at the top and the bottom; between two ladders */

enum { WORDS_COLUMNS = 60 }; /* of a label in the description */

static void put_ends(FILE *out, const struct flow *flow)
{
    char left[END_TEXT_MAX], right[END_TEXT_MAX];
    fprintf(out, "%s between %s and %s", protocol_name(flow->protocol),
            format_named_end(flow, 0, left), format_named_end(flow, 1, right));
}

static void put_title(FILE *out, const struct story *story)
{
    size_t count = story->flows.count;
    fputs("<title id=\"ladder-title\">", out);
    if (count == 0)
        fputs("No conversation was captured", out);
    else
        put_ends(out, &story->flows.all[0]);
    if (count > 1)
        fprintf(out, ", and %zu more", count - 1);
    fputs("</title>\n", out);
}

/* "client: SYN seq=0; client enters SYN-SENT; server enters LISTEN." */
static void put_sentence(FILE *out, const struct flow *flow, const struct rung *r)
{
    char text[LABEL_TEXT_MAX], end[2][END_TEXT_MAX];
    const char *name[2];
    for (unsigned i = 0; i < 2; i++)
        name[i] = *end_name(flow, i) ? end_name(flow, i) : format_end(flow, i, end[i]);
    fprintf(out, "\n%s: ", name[r->step.from]);
    put_xml(out, draw_plain_label(&r->frame, &r->step, WORDS_COLUMNS, text));
    if (*format_note(flow, r, text))
        fprintf(out, ", %s", text);
    fputs(r->lost ? ", lost" : "", out);
    for (unsigned i = 0; i < 2; i++)
        if (r->step.entered[i])
            fprintf(out, "; %s enters %s%s%s", name[i], state_name(r->step.passed[i]),
                    r->step.passed[i] == STATE_UNKNOWN ? "" : " and then ",
                    state_name(r->step.state[i]));
    putc('.', out);
}

static void put_words(FILE *out, const struct story *story)
{
    fputs("<desc id=\"ladder-words\">Ladders of arrows from the sender to the receiver; time goes "
          "down.",
          out);
    for (size_t i = 0; i < story->flows.count; i++) {
        const struct flow *flow = &story->flows.all[i];
        const struct rung *r = story->ladders[i].first;
        putc('\n', out);
        put_ends(out, flow);
        putc('.', out);
        for (int told = 0; r && told < SVG_WORDS_MAX; told++, r = r->next)
            put_sentence(out, flow, r);
        fputs(r ? "\nMore frames follow." : "", out);
    }
    fputs("</desc>\n", out);
}

static unsigned long height_of(const struct story *story)
{
    unsigned long height = MARGIN;
    for (size_t i = 0; i < story->flows.count; i++)
        height += (i > 0 ? BETWEEN : 0) + svg_height(story, i);
    return height + (story->flows.count > 0 ? MARGIN : 80);
}

static void begin_document(FILE *out, unsigned long height)
{
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" height=\"%lu\""
            " viewBox=\"0 0 %d %lu\" role=\"img\" aria-labelledby=\"ladder-title ladder-words\""
            " font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\""
            " xml:space=\"preserve\">\n",
            SVG_WIDTH, height, SVG_WIDTH, height);
}

int write_svg(FILE *out, const struct story *story)
{
    unsigned long height = height_of(story), top = MARGIN;
    begin_document(out, height);
    put_title(out, story);
    put_words(out, story);
    fprintf(out, "<rect width=\"%d\" height=\"%lu\" fill=\"#ffffff\"/>\n", SVG_WIDTH, height);
    if (story->flows.count == 0)
        fprintf(out,
                "<text x=\"%d\" y=\"56\" font-size=\"28\" text-anchor=\"middle\">"
                "No conversation was captured</text>\n",
                SVG_WIDTH / 2);
    for (size_t i = 0; i < story->flows.count; i++) {
        put_svg_ladder(out, story, i, top);
        top += svg_height(story, i) + BETWEEN;
    }
    fputs("</svg>\n", out);
    return fflush(out) == EOF || ferror(out) ? -1 : 0;
}
