/* label.c - what a frame says, in words; label.h describes each function. */
#include "label.h"

#include "key.h"
#include "text.h"

#include <ctype.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>

const char *protocol_name(unsigned protocol)
{
    return protocol == IPPROTO_TCP ? "TCP" : protocol == IPPROTO_UDP ? "UDP" : "ICMP";
}

/* A bit, and its name. */
struct word {
    unsigned bit;
    const char *text;
};

static const char *take_word(unsigned *bits, const struct word *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (*bits & words[i].bit) {
            *bits &= ~words[i].bit;
            return words[i].text;
        }
    return NULL;
}

const char *next_flag(unsigned *flags)
{
    /* What you look for comes first: SYN, FIN and RST. */
    static const struct word names[] = {{TCP_SYN, "SYN"}, {TCP_FIN, "FIN"}, {TCP_RST, "RST"},
                                        {TCP_PSH, "PSH"}, {TCP_URG, "URG"}, {TCP_ACK, "ACK"},
                                        {TCP_ECE, "ECE"}, {TCP_CWR, "CWR"}};
    return take_word(flags, names, sizeof names / sizeof names[0]);
}

const char *next_remark(unsigned *remarks)
{
    static const struct word texts[] = {
        {SENT_AGAIN, "sent again"},           {GAP_BEFORE, "some before it are missing"},
        {FILLS_GAP, "fills the gap"},         {DUPLICATE_ACK, "says it again"},
        {ZERO_WINDOW, "window 0: stop"},      {WINDOW_OPENS, "window open: go on"},
        {KEEPALIVE, "are you there?"},        {REFUSED, "refused"},
        {WRONG_CHECKSUM, "wrong checksum"},   {FIRST_PIECE, "first piece of several"},
        {OPTIONS_CUT, "its options are cut"}, {SEEN_TWICE, "seen twice"},
    };
    return take_word(remarks, texts, sizeof texts / sizeof texts[0]);
}

static void add_flags(struct text *t, unsigned flags)
{
    const char *name = next_flag(&flags);
    add_string(t, name ? name : "no flag");
    while ((name = next_flag(&flags))) {
        add_char(t, ',');
        add_string(t, name);
    }
}

enum { EXCERPT_MIN = 7 }; /* columns */

/* In the words of the RFCs (792, 4443) for those that the labs produce, in numbers for the rest. */
const char *icmp_name(const struct frame *f, char text[static LABEL_TEXT_MAX])
{
    struct text t = {.at = text, .room = LABEL_TEXT_MAX};
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
        add(&t, "ICMP %s", what);
    else if (f->type == (six ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH) && f->code < (six ? 5U : 4U))
        add(&t, "ICMP %s unreachable", (six ? unreachable6 : unreachable)[f->code]);
    else
        add(&t, "ICMP type=%u code=%u", f->type, f->code);
    return text;
}

static void add_icmp(struct text *t, const struct frame *f)
{
    char name[LABEL_TEXT_MAX];
    add_string(t, icmp_name(f, name));
    if (is_echo(f))
        add(t, " seq=%u", f->number);
}

/* Adds the first bytes of the data in quotes, as C writes them, in at most `columns` columns. */
static void add_excerpt(struct text *t, const struct frame *f, size_t columns)
{
    static const char escapes[] = "\n\r\t\"\\\0", letters[] = "nrt\"\\0";
    size_t begin = t->len, i;
    add_char(t, '"');
    for (i = 0; i < f->data_kept; i++) {
        uint8_t byte = f->data[i];
        const char *escape = memchr(escapes, byte, sizeof escapes - 1);
        size_t len = escape ? 2 : isascii(byte) && isprint(byte) ? 1 : 4;
        size_t end = i + 1 < f->data_len ? 4 : 1; /* room for the end: the quote, or "... */
        if (t->len - begin + len + end > columns)
            break;
        if (len == 4) {
            add(t, "\\x%02x", byte);
            continue;
        }
        if (escape)
            add_char(t, '\\');
        add_char(t, escape ? letters[escape - escapes] : (char)byte);
    }
    add_string(t, i < f->data_len ? "\"..." : "\"");
}

const char *format_excerpt(const struct frame *f, size_t columns, char text[static LABEL_TEXT_MAX])
{
    struct text t = {.at = text, .room = LABEL_TEXT_MAX};
    text[0] = '\0';
    if (f->data_kept > 0)
        add_excerpt(&t, f, columns);
    return text;
}

static void add_remarks(struct text *t, unsigned remarks)
{
    const char *remark = next_remark(&remarks);
    if (!remark)
        return;
    add(t, " (%s", remark);
    while ((remark = next_remark(&remarks)))
        add(t, ", %s", remark);
    add(t, ")");
}

static void add_tcp(struct text *t, const struct frame *f, const struct step *step)
{
    add_flags(t, f->flags);
    if (f->data_len > 0 || f->flags & (TCP_SYN | TCP_FIN | TCP_RST)) {
        add_string(t, " seq=");
        add_number(t, step->seq);
    }
    if (f->flags & TCP_ACK) {
        add_string(t, " ack=");
        add_number(t, step->ack);
    }
}

static void add_data(struct text *t, const struct frame *f, size_t columns)
{
    if (f->data_kept == 0 || columns < EXCERPT_MIN + 1)
        return;
    add_char(t, ' ');
    add_excerpt(t, f, columns - 1);
}

const char *draw_label(const struct frame *f, const struct step *step, size_t columns,
                       char text[static LABEL_TEXT_MAX])
{
    char remarks[LABEL_TEXT_MAX] = "";
    struct text t = {.at = text, .room = LABEL_TEXT_MAX};
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
        add_string(&t, " len=");
        add_number(&t, (int64_t)f->data_len);
        if (t.len + r.len < columns && f->protocol != IPPROTO_ICMP && f->protocol != IPPROTO_ICMPV6)
            add_data(&t, f, columns - t.len - r.len);
    }
    add_string(&t, remarks);
    if (t.len > columns) /* it has to fit on its arrow */
        text[columns] = '\0';
    return text;
}

const char *draw_plain_label(const struct frame *f, const struct step *step, size_t columns,
                             char text[static LABEL_TEXT_MAX])
{
    struct step plain = *step;
    plain.remarks &= ABOUT_THE_OTHER; /* no text comes of it, and draw_label needs it */
    return draw_label(f, &plain, columns, text);
}
