/* draw.c - ladders of text; draw.h shows one. */
#include "draw.h"

#include "ends.h"
#include "text.h"

#include <string.h>

enum {
    STATE_COLUMNS = 12,                                 /* the longest is SYN-RECEIVED */
    ARROW_COLUMNS = DRAW_WIDTH - 2 * STATE_COLUMNS - 4, /* two lines, and a space beside each */
    SHAFT_MIN = 3,                                      /* so that an arrow is seen */
    LABEL_COLUMNS = ARROW_COLUMNS - 5 - SHAFT_MIN,
    LOST_COLUMNS = LABEL_COLUMNS - 16, /* so that you see the cross from afar */
};

/* Two IPv6 addresses of full length leave no room for names. */
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
    add_string(&t, left);
    add_times(&t, " ", len < DRAW_WIDTH ? DRAW_WIDTH - len : 1);
    add_string(&t, right);
    return text;
}

struct pen {
    const char *line, *shaft, *right, *left, *cross;
};

static const struct pen pens[] = {
    [DRAW_ASCII] = {"|", "-", ">", "<", "X"}, [DRAW_UTF8] = {"│", "─", "→", "←", "×"}};

/* A lost frame has half a shaft: it ends between the two. */
static void add_shaft(struct text *t, size_t len, bool lost, const struct pen *pen)
{
    add_times(t, pen->shaft, lost ? len / 2 : len);
}

static void add_nothing(struct text *t, size_t len, bool lost)
{
    add_times(t, " ", lost ? len - len / 2 : 0);
}

/* The arrow with its label, ARROW_COLUMNS wide. */
static void add_arrow(struct text *t, const char *label, bool to_right, bool lost,
                      const struct pen *pen)
{
    size_t shaft = ARROW_COLUMNS - strlen(label) - 5; /* 5: head, two of shaft, two spaces */
    if (to_right) {
        add_times(t, pen->shaft, 2);
        add_char(t, ' ');
        add_string(t, label);
        add_char(t, ' ');
        add_shaft(t, shaft, lost, pen);
        add_string(t, lost ? pen->cross : pen->right);
        add_nothing(t, shaft, lost);
    } else {
        add_nothing(t, shaft, lost);
        add_string(t, lost ? pen->cross : pen->left);
        add_shaft(t, shaft, lost, pen);
        add_char(t, ' ');
        add_string(t, label);
        add_char(t, ' ');
        add_times(t, pen->shaft, 2);
    }
}

static void add_router(char label[static LABEL_TEXT_MAX], const char *router)
{
    if (!router[0])
        return;
    struct text t = {.at = label, .len = strlen(label), .room = LABEL_TEXT_MAX};
    add_string(&t, " from ");
    add_string(&t, router);
    label[LABEL_COLUMNS] = '\0'; /* too long only for the longest address with a remark */
}

/* The state of the left side, and its line. */
static void begin_line(struct text *t, const char *state, const struct pen *pen)
{
    add_times(t, " ", STATE_COLUMNS - strlen(state));
    add_string(t, state);
    add_char(t, ' ');
    add_string(t, pen->line);
}

/* The line of the right side, and its state. */
static void end_line(struct text *t, const char *state, const struct pen *pen)
{
    add_string(t, pen->line);
    add_string(t, *state ? " " : "");
    add_string(t, state);
}

const char *draw_passed(const struct step *step, enum draw_style style,
                        char text[static DRAW_TEXT_MAX])
{
    struct text t = {.at = text, .room = DRAW_TEXT_MAX};
    text[0] = '\0';
    if (step->passed[0] == STATE_UNKNOWN && step->passed[1] == STATE_UNKNOWN)
        return text;
    begin_line(&t, state_name(step->passed[0]), &pens[style]);
    add_times(&t, " ", ARROW_COLUMNS);
    end_line(&t, state_name(step->passed[1]), &pens[style]);
    return text;
}

/* The label of a lost frame shows fewer of its data, but all its numbers and remarks. */
static size_t label_columns(const struct frame *frame, const struct step *step, bool lost)
{
    char label[LABEL_TEXT_MAX];
    struct frame bare = *frame;
    bare.data_kept = 0;
    bool fits = lost && strlen(draw_label(&bare, step, LABEL_COLUMNS, label)) <= LOST_COLUMNS;
    return fits ? LOST_COLUMNS : LABEL_COLUMNS;
}

const char *draw_step(const struct flow *flow, const struct frame *frame, const struct step *step,
                      bool lost, enum draw_style style, char text[static DRAW_TEXT_MAX])
{
    char label[LABEL_TEXT_MAX], router[END_TEXT_MAX];
    const struct pen *pen = &pens[style];
    struct text t = {.at = text, .room = DRAW_TEXT_MAX};
    draw_label(frame, step, label_columns(frame, step, lost), label);
    add_router(label, format_router(flow, frame, step, router));
    begin_line(&t, step->entered[0] ? state_name(step->state[0]) : "", pen);
    add_arrow(&t, label, step->from == 0, lost, pen);
    end_line(&t, step->entered[1] ? state_name(step->state[1]) : "", pen);
    return text;
}
