/* draw.c - ladders of text; draw.h shows what they look like. */
#include "draw.h"

#include "ends.h"
#include "text.h"

#include <string.h>

enum {
    STATE_COLUMNS = 12,                                 /* the longest is SYN-RECEIVED */
    ARROW_COLUMNS = DRAW_WIDTH - 2 * STATE_COLUMNS - 4, /* two lines, and a space beside each */
    SHAFT_MIN = 3,                                      /* what one sees of the arrow itself */
};

/* Two of the longest IPv6 addresses leave no room for names. */
const char *draw_ends(const struct flow *flow, char text[static DRAW_TEXT_MAX])
{
    char left[END_TEXT_MAX], right[END_TEXT_MAX];
    struct text t = {.at = text, .room = DRAW_TEXT_MAX};
    format_named_end(flow, 0, left);
    format_named_end(flow, 1, right);
    if (strlen(left) + strlen(right) >= DRAW_WIDTH) {
        format_end(flow, 0, left);
        format_end(flow, 1, right);
    }
    size_t len = strlen(left) + strlen(right);
    add(&t, "%s", left);
    add_times(&t, " ", len < DRAW_WIDTH ? DRAW_WIDTH - len : 1);
    add(&t, "%s", right);
    return text;
}

struct pen {
    const char *line, *shaft, *right, *left, *cross;
};

static const struct pen pens[] = {
    [DRAW_ASCII] = {"|", "-", ">", "<", "X"}, [DRAW_UTF8] = {"│", "─", "→", "←", "×"}};

/* The arrow with its label, ARROW_COLUMNS wide. */
static void add_arrow(struct text *t, const char *label, bool to_right, bool lost,
                      const struct pen *pen)
{
    size_t shaft = ARROW_COLUMNS - strlen(label) - 5; /* the head, two of the shaft, two spaces */
    if (to_right) {
        add(t, "%s%s %s ", pen->shaft, pen->shaft, label);
        add_times(t, pen->shaft, lost ? shaft / 2 : shaft);
        add(t, "%s", lost ? pen->cross : pen->right);
        add_times(t, " ", lost ? shaft - shaft / 2 : 0);
    } else {
        add_times(t, " ", lost ? shaft - shaft / 2 : 0);
        add(t, "%s", lost ? pen->cross : pen->left);
        add_times(t, pen->shaft, lost ? shaft / 2 : shaft);
        add(t, " %s %s%s", label, pen->shaft, pen->shaft);
    }
}

const char *draw_step(const struct frame *frame, const struct step *step, bool lost,
                      enum draw_style style, char text[static DRAW_TEXT_MAX])
{
    char label[LABEL_TEXT_MAX];
    const struct pen *pen = &pens[style];
    struct text t = {.at = text, .room = DRAW_TEXT_MAX};
    draw_label(frame, step, ARROW_COLUMNS - 5 - SHAFT_MIN, label);
    add(&t, "%*s %s", STATE_COLUMNS, step->entered[0] ? state_name(step->state[0]) : "", pen->line);
    add_arrow(&t, label, step->from == 0, lost, pen);
    add(&t, "%s", pen->line);
    if (step->entered[1])
        add(&t, " %s", state_name(step->state[1]));
    return text;
}
