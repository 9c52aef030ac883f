/* prose.c - rungs in whole sentences; prose.h shows some. */
#include "prose.h"

#include "ends.h"
#include "label.h"
#include "text.h"

#include <netinet/in.h>

enum { EXCERPT_COLUMNS = 60 }; /* of the data */

/* "The client", or an address. */
static void add_who(struct text *t, const struct flow *flow, unsigned side)
{
    char address[END_TEXT_MAX];
    const char *name = end_name(flow, side);
    add_string(t, *name ? "The " : "");
    add_string(t, *name ? name : format_end(flow, side, address));
}

/* "FIN, PSH and ACK" */
static void add_flags(struct text *t, unsigned flags)
{
    const char *name = next_flag(&flags), *before = "";
    add_string(t, name ? "" : "a segment without a flag");
    while (name) {
        const char *next = next_flag(&flags);
        add_string(t, before);
        add_string(t, name);
        before = next && flags ? ", " : " and ";
        name = next;
    }
}

static void add_bytes_of(struct text *t, const struct frame *f)
{
    add_string(t, ", ");
    add_number(t, (int64_t)f->data_len);
    add_string(t, f->data_len == 1 ? " byte" : " bytes");
}

static void add_tcp(struct text *t, const struct frame *f, const struct step *step)
{
    bool numbered = f->data_len > 0 || f->flags & (TCP_SYN | TCP_FIN | TCP_RST);
    add_flags(t, f->flags);
    if (f->data_len > 0)
        add_bytes_of(t, f);
    if (numbered) {
        add_string(t, f->data_len > 0 ? " from number " : ", number ");
        add_number(t, step->seq);
    }
    if (f->flags & TCP_ACK) {
        add_string(t, ", and acknowledges everything before ");
        add_number(t, step->ack);
    }
}

static void add_what(struct text *t, const struct rung *r)
{
    char name[LABEL_TEXT_MAX];
    const struct frame *f = &r->frame;
    if (f->protocol == IPPROTO_TCP) {
        add_tcp(t, f, &r->step);
        return;
    }
    add_string(t, f->protocol == IPPROTO_UDP ? "a datagram" : icmp_name(f, name));
    if (r->step.remarks & ABOUT_THE_OTHER)
        return;
    if (f->protocol != IPPROTO_UDP) {
        add_string(t, ", number ");
        add_number(t, f->number);
    }
    add_bytes_of(t, f);
}

/* A side may go through two states. */
static void add_states(struct text *t, const struct flow *flow, const struct step *step)
{
    for (unsigned side = 0; side < 2; side++)
        if (step->entered[side]) {
            add_char(t, ' ');
            add_who(t, flow, side);
            add_string(t, " enters ");
            add_string(t, state_name(step->passed[side]));
            add_string(t, step->passed[side] == STATE_UNKNOWN ? "" : " and then ");
            add_string(t, state_name(step->state[side]));
            add_char(t, '.');
        }
}

static void add_remarks(struct text *t, unsigned remarks)
{
    const char *remark, *before = " Remark: ";
    for (; (remark = next_remark(&remarks)); before = ", ") {
        add_string(t, before);
        add_string(t, remark);
    }
    add_string(t, *before == ',' ? "." : "");
}

const char *tell_rung(const struct flow *flow, const struct rung *r,
                      char text[static PROSE_TEXT_MAX])
{
    char part[LABEL_TEXT_MAX];
    const char *router = format_router(flow, &r->frame, &r->step, part);
    struct text t = {.at = text, .room = PROSE_TEXT_MAX};
    add_string(&t, *router ? "Router " : "");
    if (*router)
        add_string(&t, router);
    else
        add_who(&t, flow, r->step.from);
    add_string(&t, " sends ");
    add_what(&t, r);
    add_char(&t, '.');
    if (!(r->step.remarks & ABOUT_THE_OTHER) && has_ports(r->frame.protocol) &&
        *format_excerpt(&r->frame, EXCERPT_COLUMNS, part)) {
        add_string(&t, " Data: ");
        add_string(&t, part);
        add_string(&t, t.at[t.len - 1] == '.' ? "" : "."); /* cut data end in three */
    }
    add_remarks(&t, r->step.remarks);
    add_string(&t, r->lost ? " It is lost." : "");
    add_states(&t, flow, &r->step);
    return text;
}

const char *tell_ends(const struct flow *flow, char text[static PROSE_TEXT_MAX])
{
    char end[END_TEXT_MAX];
    struct text t = {.at = text, .room = PROSE_TEXT_MAX};
    add_string(&t, protocol_name(flow->protocol));
    add_string(&t, " between ");
    add_string(&t, format_named_end(flow, 0, end));
    add_string(&t, " and ");
    add_string(&t, format_named_end(flow, 1, end));
    return text;
}

int write_prose(FILE *out, const struct story *story)
{
    char text[PROSE_TEXT_MAX];
    size_t count = story->flows.count;
    if (count == 0)
        fputs("No conversation was captured.\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct flow *flow = &story->flows.all[i];
        size_t number = 0;
        fprintf(out, "%sConversation %zu of %zu: %s.\n", i > 0 ? "\n" : "", i + 1, count,
                tell_ends(flow, text));
        for (const struct rung *r = story->ladders[i].first; r; r = r->next)
            fprintf(out, "%zu. %s\n", ++number, tell_rung(flow, r, text));
    }
    return fflush(out) == EOF || ferror(out) ? -1 : 0;
}
