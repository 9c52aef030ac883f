/* output.c - draws, keeps and writes frames; output.h describes each function. */
#include "output.h"

#include "draw.h"
#include "json.h"
#include "mermaid.h"
#include "prose.h"
#include "svg.h"

#include <errno.h>

static enum draw_style style_of(const struct output *out)
{
    return out->format == FORMAT_UTF8 ? DRAW_UTF8 : DRAW_ASCII;
}

static bool has_port(const struct frame *f, uint16_t port)
{
    return f->from_port == port || f->to_port == port;
}

/* An ICMP error is wanted if the packet that it quotes is. */
static bool is_wanted(const struct output *out, const struct frame *f)
{
    struct frame quoted;
    return out->port == 0 || has_port(f, out->port) ||
           (parse_quote(f, &quoted) && has_port(&quoted, out->port));
}

/* Checks the checksums. A capture on the sender's own machine sees frames before the network card
 * has put theirs in: those are not wrong. Returns a remark, or 0. */
static unsigned judge_checksum(struct output *out, const struct frame *f, bool pending)
{
    bool header_wrong = f->ip_checksum == CHECKSUM_WRONG;
    out->left_ip += f->ip_checksum == CHECKSUM_LEFT;
    out->left += f->checksum == CHECKSUM_LEFT;
    if (!header_wrong && f->checksum != CHECKSUM_WRONG)
        return 0;
    if (!header_wrong && has_ports(f->protocol) && pending) {
        out->pending++;
        return 0;
    }
    out->wrong++;
    return WRONG_CHECKSUM;
}

static void print_ends(FILE *drawing, const struct flow *flow, bool first)
{
    char text[DRAW_TEXT_MAX];
    fputs(first ? "" : "\n", drawing);
    fputs(draw_ends(flow, text), drawing);
    putc('\n', drawing);
}

static void print_step(const struct output *out, const struct flow *flow, const struct frame *f,
                       const struct step *step, bool lost)
{
    char text[DRAW_TEXT_MAX];
    fputs(draw_passed(step, style_of(out), text), out->drawing);
    fputs(*text ? "\n" : "", out->drawing);
    fputs(draw_step(flow, f, step, lost, style_of(out), text), out->drawing);
    putc('\n', out->drawing);
}

/* Draws the frame's line now, and the two ends above it if the line before was of another
 * conversation. Returns 1, 0 if the frame belongs to no conversation, or -1 with errno. */
static int draw_now(struct output *out, const struct frame *f, unsigned remarks)
{
    struct step step;
    int result = add_frame(&out->flows, f, &step);
    if (result != 1)
        return result;
    const struct flow *flow = &out->flows.all[step.flow];
    if (out->drawn != step.flow + 1)
        print_ends(out->drawing, flow, out->drawn == 0);
    out->drawn = step.flow + 1;
    step.remarks |= remarks;
    print_step(out, flow, f, &step, f->lost);
    return 1;
}

/* Keeps the frame, to be drawn at the end. Returns as draw_now does. */
static int keep(struct output *out, const struct frame *f, int64_t at, unsigned remarks)
{
    struct rung *rung = add_rung(&out->story, f, at);
    if (!rung)
        return errno == 0 ? 0 : -1;
    rung->step.remarks |= remarks;
    if (out->once)
        newest(&out->recent)->remarks = &rung->step.remarks;
    return 1;
}

/* A second copy of a frame has no line of its own. */
static bool is_second_copy(struct output *out, const struct frame *f, int64_t at)
{
    if (!out->once)
        return false;
    struct recent_frame *original = find_original(&out->recent, f, at);
    if (original && original->remarks)
        *original->remarks |= SEEN_TWICE;
    return original;
}

int begin_output(struct output *out, enum link_type link)
{
    out->flows.port = out->story.flows.port = out->port;
    if (out->too && begin_output(out->too, link) == -1)
        return -1;
    return !out->file || pcap_begin(out->file, link) == PCAP_OK ? 0 : -1;
}

bool is_full(const struct output *out)
{
    return out->limit > 0 && out->frames >= out->limit;
}

static int write_frame(struct output *out, const struct captured *captured)
{
    out->frames++;
    return !out->file || pcap_append(out->file, captured) == PCAP_OK ? 0 : -1;
}

int put_frame(struct output *out, const struct captured *captured)
{
    if (out->too && put_frame(out->too, captured) == -1)
        return -1;
    if (!out->drawing && out->port == 0)
        return write_frame(out, captured); /* no need to look into it */
    struct frame f = parse_frame(captured->link, captured->bytes, captured->kept, captured->len);
    f.lost = captured->lost;
    if (!is_wanted(out, &f))
        return 0;
    unsigned remarks = judge_checksum(out, &f, captured->checksum_pending);
    if (write_frame(out, captured) == -1)
        return -1;
    if (!out->drawing || is_second_copy(out, &f, captured->at))
        return 0;
    int drawn = out->whole ? keep(out, &f, captured->at, remarks) : draw_now(out, &f, remarks);
    out->undrawn += drawn == 0;
    out->arp += f.verdict == FRAME_ARP;
    return drawn == -1 ? -1 : 0;
}

static void draw_ladder(struct output *out, size_t number)
{
    const struct flow *flow = &out->story.flows.all[number];
    print_ends(out->drawing, flow, number == 0);
    for (const struct rung *r = out->story.ladders[number].first; r; r = r->next)
        print_step(out, flow, &r->frame, &r->step, r->lost);
}

int flush_output(struct output *out)
{
    FILE *both[] = {out->drawing, out->file};
    for (int i = 0; i < 2; i++)
        if (both[i] && (fflush(both[i]) == EOF || ferror(both[i])))
            return -1;
    return 0;
}

static int draw_whole(struct output *out, uint64_t dropped)
{
    end_story(&out->story);
    if (out->format == FORMAT_SVG)
        return write_svg(out->drawing, &out->story);
    if (out->format == FORMAT_MERMAID)
        return write_mermaid(out->drawing, &out->story);
    if (out->format == FORMAT_JSON)
        return write_json(out->drawing, &out->story, out->frames, dropped);
    if (out->format == FORMAT_PROSE)
        return write_prose(out->drawing, &out->story);
    for (size_t i = 0; i < out->story.flows.count; i++)
        draw_ladder(out, i);
    return 0;
}

int end_output(struct output *out, uint64_t dropped)
{
    int result = out->too ? end_output(out->too, dropped) : 0;
    if (result == 0 && out->drawing && out->whole)
        result = draw_whole(out, dropped);
    if (result == 0)
        result = flush_output(out);
    int error = errno;
    free_story(&out->story);
    free_flows(&out->flows);
    errno = error;
    return result;
}
