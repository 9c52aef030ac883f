/* draw.c - labels and arrows; draw.h shows what they look like. */
#include "draw.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    STATE_COLUMNS = 12,                                 /* the longest is SYN-RECEIVED */
    ARROW_COLUMNS = DRAW_WIDTH - 2 * STATE_COLUMNS - 4, /* two lines, and a space beside each */
    SHAFT_MIN = 3,                                      /* what one sees of the arrow itself */
};

/* Text that grows, and never beyond its room. */
struct text {
    char *at;
    size_t len, room;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(t->at + t->len, t->room - t->len, fmt, args);
    va_end(args);
    if (n > 0)
        t->len = t->len + (size_t)n < t->room ? t->len + (size_t)n : t->room - 1;
}

static void add_times(struct text *t, const char *what, size_t times)
{
    while (times-- > 0)
        add(t, "%s", what);
}

/* --- labels --- */

static void add_end(struct text *t, const struct flow *flow, const struct side *side)
{
    char address[INET6_ADDRSTRLEN];
    inet_ntop(flow->version == 4 ? AF_INET : AF_INET6, side->address, address, sizeof address);
    add(t, flow->version == 6 && side->port > 0 ? "[%s]" : "%s", address);
    if (side->port > 0)
        add(t, ":%u", side->port);
}

const char *draw_ends(const struct flow *flow, char text[static DRAW_TEXT_MAX])
{
    char right[DRAW_TEXT_MAX];
    struct text t = {.at = text, .room = DRAW_TEXT_MAX};
    struct text r = {.at = right, .room = sizeof right};
    add_end(&t, flow, &flow->side[0]);
    add_end(&r, flow, &flow->side[1]);
    if (t.len + r.len < DRAW_WIDTH)
        add_times(&t, " ", DRAW_WIDTH - t.len - r.len);
    add(&t, "%s", right);
    return text;
}

static void add_flags(struct text *t, unsigned flags)
{
    /* PSH is last but ACK: students look for SYN, FIN and RST. */
    static const struct {
        unsigned flag;
        const char *name;
    } names[] = {{TCP_SYN, "SYN"}, {TCP_FIN, "FIN"}, {TCP_RST, "RST"}, {TCP_PSH, "PSH"},
                 {TCP_URG, "URG"}, {TCP_ACK, "ACK"}, {TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}};
    const char *comma = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!(flags & names[i].flag))
            continue;
        add(t, "%s%s", comma, names[i].name);
        comma = ",";
    }
    if (!*comma)
        add(t, "no flag");
}

/* In the words of the RFCs (792, 4443), as far as the labs meet them. */
static void add_icmp(struct text *t, const struct frame *f)
{
    static const char *const unreachable[] = {"net", "host", "protocol", "port"};
    static const char *const unreachable6[] = {"net", "host", "host", "host", "port"};
    bool six = f->version == 6;
    const char *what = NULL;
    if (f->type == (six ? ICMP6_ECHO_REQUEST : ICMP_ECHO))
        what = "echo request";
    else if (f->type == (six ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY))
        what = "echo reply";
    else if (f->type == (six ? ICMP6_TIME_EXCEEDED : ICMP_TIME_EXCEEDED))
        what = "time exceeded";
    else if (six ? f->type == ICMP6_PACKET_TOO_BIG
                 : f->type == ICMP_DEST_UNREACH && f->code == ICMP_FRAG_NEEDED)
        what = "packet too big";
    if (what)
        add(t, "ICMP %s", what);
    else if (f->type == (six ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH) && f->code < (six ? 5U : 4U))
        add(t, "ICMP %s unreachable", (six ? unreachable6 : unreachable)[f->code]);
    else
        add(t, "ICMP type=%u code=%u", f->type, f->code);
    if (what && what[0] == 'e')
        add(t, " seq=%u", f->number);
}

/* The first bytes of the data between quotes, as C writes them, in no more than `columns`. */
static void add_excerpt(struct text *t, const struct frame *f, size_t columns)
{
    static const char escapes[] = "\n\r\t\"\\\0", letters[] = "nrt\"\\0";
    size_t begin = t->len, i;
    if (f->data_kept == 0 || columns < 8)
        return;
    add(t, " \"");
    for (i = 0; i < f->data_kept; i++) {
        uint8_t byte = f->data[i];
        const char *escape = memchr(escapes, byte, sizeof escapes - 1);
        size_t len = escape ? 2 : isascii(byte) && isprint(byte) ? 1 : 4;
        size_t end = i + 1 < f->data_len ? 4 : 1; /* of what follows: the quote, or "... */
        if (t->len - begin + len + end > columns)
            break;
        if (escape)
            add(t, "\\%c", letters[escape - escapes]);
        else
            add(t, len == 1 ? "%c" : "\\x%02x", byte);
    }
    add(t, i < f->data_len ? "\"..." : "\"");
}

static void add_remarks(struct text *t, unsigned remarks)
{
    static const struct {
        enum remark remark;
        const char *text;
    } texts[] = {
        {SENT_AGAIN, "sent again"},
        {GAP_BEFORE, "some before it are missing"},
        {FILLS_GAP, "fills the gap"},
        {DUPLICATE_ACK, "says it again"},
        {ZERO_WINDOW, "window 0: stop"},
        {KEEPALIVE, "are you there?"},
        {REFUSED, "refused"},
    };
    const char *begin = " (", *end = "";
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!(remarks & texts[i].remark))
            continue;
        add(t, "%s%s", begin, texts[i].text);
        begin = ", ";
        end = ")";
    }
    add(t, "%s", end);
}

static void add_tcp(struct text *t, const struct frame *f, const struct step *step)
{
    add_flags(t, f->flags);
    if (f->data_len > 0 || f->flags & (TCP_SYN | TCP_FIN | TCP_RST))
        add(t, " seq=%u", step->seq);
    if (f->flags & TCP_ACK)
        add(t, " ack=%u", step->ack);
}

const char *draw_label(const struct frame *f, const struct step *step, size_t columns,
                       char text[static DRAW_TEXT_MAX])
{
    char remarks[DRAW_TEXT_MAX] = "";
    struct text t = {.at = text, .room = DRAW_TEXT_MAX};
    struct text r = {.at = remarks, .room = sizeof remarks};
    text[0] = '\0';
    add_remarks(&r, step->remarks);
    if (f->protocol == IPPROTO_TCP)
        add_tcp(&t, f, step);
    else if (f->protocol == IPPROTO_UDP)
        add(&t, "UDP");
    else
        add_icmp(&t, f);
    if (f->data_len > 0 && !(step->remarks & ABOUT_THE_OTHER)) {
        add(&t, " len=%zu", f->data_len);
        if (t.len + r.len < columns && f->protocol != IPPROTO_ICMP && f->protocol != IPPROTO_ICMPV6)
            add_excerpt(&t, f, columns - t.len - r.len);
    }
    add(&t, "%s", remarks);
    if (t.len > columns) /* a line of the ladder must stay one */
        text[columns] = '\0';
    return text;
}

/* --- arrows --- */

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
    char label[DRAW_TEXT_MAX];
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
