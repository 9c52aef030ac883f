/* json.c - the JSON form; json.h says what is in it. */
#include "json.h"

#include "ends.h"
#include "label.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

enum { LABEL_COLUMNS = 100 }; /* no label is longer without its data */

/* Printable ASCII stays, the rest is escaped. So the document is valid UTF-8, whatever the bytes
 * are (RFC 8259, sections 7 and 8.1). */
static void put_string(FILE *out, const void *bytes, size_t len)
{
    putc('"', out);
    for (const uint8_t *byte = bytes, *end = byte + len; byte < end; byte++) {
        if (*byte == '"' || *byte == '\\')
            fprintf(out, "\\%c", *byte);
        else if (*byte == '\n')
            fputs("\\n", out);
        else if (*byte < ' ' || *byte > '~')
            fprintf(out, "\\u%04x", *byte);
        else
            putc(*byte, out);
    }
    putc('"', out);
}

/* Writes `before`, which ends in the key, then the text as a string; null if it is empty. */
static void put_text(FILE *out, const char *before, const char *text)
{
    fputs(before, out);
    if (*text)
        put_string(out, text, strlen(text));
    else
        fputs("null", out);
}

/* ISO 8601, UTC. */
static void put_time(FILE *out, int64_t at)
{
    const int64_t second = 1000000000;
    bool borrow = at % second < 0; /* before 1970 */
    time_t seconds = at / second - borrow;
    int64_t nanoseconds = at % second + borrow * second;
    char text[32];
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    fprintf(out, "\"time\":\"%s.%09" PRId64 "Z\"", text, nanoseconds);
}

/* A list of the words that `next` finds for the bits. */
static void put_words(FILE *out, const char *key, const char *(*next)(unsigned *), unsigned bits)
{
    const char *word, *begin = "";
    fprintf(out, ",\"%s\":[", key);
    for (; (word = next(&bits)); begin = ",")
        fprintf(out, "%s\"%s\"", begin, word);
    putc(']', out);
}

static void put_tcp(FILE *out, const struct rung *r)
{
    put_words(out, "flags", next_flag, r->frame.flags);
    fprintf(out, ",\"seq\":%" PRId64 ",\"ack\":", r->step.seq);
    if (r->frame.flags & TCP_ACK)
        fprintf(out, "%" PRId64, r->step.ack);
    else
        fputs("null", out);
    fprintf(out, ",\"window\":%u", r->frame.window);
}

static void put_icmp(FILE *out, const struct rung *r)
{
    char sender[END_TEXT_MAX];
    const struct frame *f = &r->frame;
    fprintf(out, ",\"type\":%u,\"code\":%u", f->type, f->code);
    if (r->step.remarks & ABOUT_THE_OTHER)
        put_text(out, ",\"sender\":", format_address(f->version, f->from, sender));
    else
        fprintf(out, ",\"id\":%u,\"number\":%u", f->id, f->number);
}

/* ,"states":["CLOSED",null] */
static void put_both(FILE *out, const char *member, const enum tcp_state states[static 2])
{
    fprintf(out, ",\"%s\":[", member);
    for (int i = 0; i < 2; i++) {
        const char *name = state_name(states[i]);
        fprintf(out, *name ? "%s\"%s\"" : "%snull", i > 0 ? "," : "", name);
    }
    putc(']', out);
}

static void put_states(FILE *out, const struct step *step)
{
    put_both(out, "states", step->state);
    fprintf(out, ",\"entered\":[%s,%s]", step->entered[0] ? "true" : "false",
            step->entered[1] ? "true" : "false");
    put_both(out, "passed", step->passed);
}

static void put_rung(FILE *out, const struct flow *flow, const struct rung *r)
{
    char label[LABEL_TEXT_MAX], address[END_TEXT_MAX];
    const char *name = end_name(flow, r->step.from);
    struct frame bare = r->frame;
    bare.data_kept = 0; /* the data have a member of their own */
    putc('{', out);
    put_time(out, r->at);
    put_text(out, ",\"from\":", *name ? name : format_end(flow, r->step.from, address));
    put_text(out, ",\"protocol\":", protocol_name(r->frame.protocol));
    put_text(out, ",\"label\":", draw_plain_label(&bare, &r->step, LABEL_COLUMNS, label));
    if (r->frame.protocol == IPPROTO_TCP)
        put_tcp(out, r);
    else if (r->frame.protocol != IPPROTO_UDP)
        put_icmp(out, r);
    fprintf(out, ",\"length\":%zu,\"data\":", r->frame.data_len);
    put_string(out, r->frame.data, r->frame.data_kept);
    put_states(out, &r->step);
    put_words(out, "remarks", next_remark, r->step.remarks);
    fprintf(out, ",\"lost\":%s}", r->lost ? "true" : "false");
}

static void put_end(FILE *out, const struct flow *flow, unsigned side)
{
    char address[END_TEXT_MAX];
    put_text(out, "{\"name\":", end_name(flow, side));
    put_text(out,
             ",\"address\":", format_address(flow->version, flow->side[side].address, address));
    fprintf(out, has_ports(flow->protocol) ? ",\"port\":%u}" : ",\"port\":null}",
            flow->side[side].port);
}

static void put_conversation(FILE *out, const struct story *story, size_t number)
{
    const struct flow *flow = &story->flows.all[number];
    const struct rung *first = story->ladders[number].first;
    fprintf(out, "%s\n{\"protocol\":\"%s\",\"version\":%u,\"ends\":[", number > 0 ? "," : "",
            protocol_name(flow->protocol), flow->version);
    put_end(out, flow, 0);
    putc(',', out);
    put_end(out, flow, 1);
    fputs("],\n\"frames\":[", out);
    for (const struct rung *r = first; r; r = r->next) {
        fputs(r == first ? "\n" : ",\n", out);
        put_rung(out, flow, r);
    }
    fputs("]}", out);
}

int write_json(FILE *out, const struct story *story, uint64_t frames, uint64_t dropped)
{
    fprintf(out, "{\"frames\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"conversations\":[", frames,
            dropped);
    for (size_t i = 0; i < story->flows.count; i++)
        put_conversation(out, story, i);
    fputs("]}\n", out);
    return fflush(out) == EOF || ferror(out) ? -1 : 0;
}
