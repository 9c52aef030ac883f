/* svg.c - the SVG document around the ladders: its size, its title, and the description in
 * words. */
#include "svg.h"

#include "prose.h"
#include "svg_arrow.h"
#include "svg_ladder.h"

enum { MARGIN = 16, BETWEEN = 56 }; /* at the top and the bottom; between two ladders */

static void put_title(FILE *out, const struct story *story)
{
    char text[PROSE_TEXT_MAX];
    size_t count = story->flows.count;
    fputs("<title id=\"ladder-title\">", out);
    if (count == 0)
        fputs("No conversation was captured", out);
    else
        fputs(tell_ends(&story->flows.all[0], text), out);
    if (count > 1)
        fprintf(out, ", and %zu more", count - 1);
    fputs("</title>\n", out);
}

static void put_words(FILE *out, const struct story *story)
{
    char text[PROSE_TEXT_MAX];
    fputs("<desc id=\"ladder-words\">Ladders of arrows from the sender to the receiver; time goes "
          "down.",
          out);
    for (size_t i = 0; i < story->flows.count; i++) {
        const struct flow *flow = &story->flows.all[i];
        const struct rung *r = story->ladders[i].first;
        fprintf(out, "\n%s.", tell_ends(flow, text));
        for (int told = 0; r && told < SVG_WORDS_MAX; told++, r = r->next) {
            putc('\n', out);
            put_xml(out, tell_rung(flow, r, text));
        }
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
