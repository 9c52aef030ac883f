/* mermaid.c - the Mermaid form; mermaid.h shows an example. */
#include "mermaid.h"

#include "ends.h"
#include "label.h"

#include <ctype.h>
#include <string.h>

enum { LABEL_COLUMNS = 60 };

/* Letters, digits and what has no meaning in Mermaid stay. Everything else is written as its
 * number, "#59;", because it could end the statement (;), or begin a comment (#), markup (<), a
 * directive (%%{) or a formula ($$). */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++)
        if (isalnum((unsigned char)*text) || strchr(" =,.()[]-/?", *text))
            putc(*text, out);
        else
            fprintf(out, "#%u;", (unsigned char)*text);
}

/* The name of a side in the diagram: "client", "server", or a letter in ICMP. */
static const char *participant(const struct flow *flow, unsigned side)
{
    const char *name = end_name(flow, side);
    return *name ? name : side == 0 ? "A" : "B";
}

static void begin_diagram(FILE *out, const struct flow *flow)
{
    char end[END_TEXT_MAX];
    fputs("```mermaid\nsequenceDiagram\n", out);
    for (unsigned side = 0; side < 2; side++)
        fprintf(out, "    participant %s as %s\n", participant(flow, side),
                format_named_end(flow, side, end));
}

static void put_states(FILE *out, const struct flow *flow, const struct step *step)
{
    for (unsigned i = 0; i < 2; i++)
        if (step->entered[i])
            fprintf(out, "    Note %s of %s: %s%s%s\n", i == 0 ? "left" : "right",
                    participant(flow, i), state_name(step->passed[i]),
                    step->passed[i] == STATE_UNKNOWN ? "" : ", ", state_name(step->state[i]));
}

static void put_rung(FILE *out, const struct flow *flow, const struct rung *r)
{
    char label[LABEL_TEXT_MAX], address[END_TEXT_MAX];
    const char *router = format_router(flow, &r->frame, &r->step, address);
    unsigned from = r->step.from;
    fprintf(out, "    %s%s%s: ", participant(flow, from), r->lost ? "-x" : "->>",
            participant(flow, 1 - from));
    put_text(out, draw_label(&r->frame, &r->step, LABEL_COLUMNS, label));
    fprintf(out, "%s%s%s\n", r->lost ? ", lost" : "", *router ? ", from " : "", router);
    put_states(out, flow, &r->step);
}

static void put_conversation(FILE *out, const struct flow *flow, const struct rung *r)
{
    for (int drawn = 0; r; r = r->next, drawn++) {
        if (drawn % MERMAID_FRAMES == 0) {
            fputs(drawn > 0 ? "```\n\n" : "", out);
            begin_diagram(out, flow);
        }
        put_rung(out, flow, r);
    }
    fputs("```\n", out);
}

int write_mermaid(FILE *out, const struct story *story)
{
    if (story->flows.count == 0)
        fputs("No conversation was captured.\n", out);
    for (size_t i = 0; i < story->flows.count; i++) {
        fputs(i > 0 ? "\n" : "", out);
        put_conversation(out, &story->flows.all[i], story->ladders[i].first);
    }
    return fflush(out) == EOF || ferror(out) ? -1 : 0;
}
