/* fuzz_12_story.c - lab 12: whatever a capture holds, each form of drawing stays well-formed.
 *
 * The input is a capture: for each frame its length, two bytes, and its bytes,
 * an IP packet. Its checksums do not matter. Each form is ASCII in whole
 * lines. In XML and JSON the marks come in pairs, and a payload adds none. */
// sources: labs/12-tcp-handshake/ladder/story.c labs/12-tcp-handshake/ladder/flow.c
// sources: labs/12-tcp-handshake/ladder/key.c labs/12-tcp-handshake/ladder/tcp.c
// sources: labs/12-tcp-handshake/ladder/numbers.c labs/12-tcp-handshake/ladder/prose.c
// sources: labs/11-packet-headers/frame.c labs/11-packet-headers/link.c
// sources: labs/11-packet-headers/ip.c labs/11-packet-headers/transport.c
// sources: labs/11-packet-headers/checksum.c labs/12-tcp-handshake/ladder/ends.c
// sources: labs/12-tcp-handshake/ladder/label.c labs/12-tcp-handshake/ladder/text.c
// sources: labs/12-tcp-handshake/ladder/draw.c labs/12-tcp-handshake/ladder/json.c
// sources: labs/12-tcp-handshake/ladder/mermaid.c labs/12-tcp-handshake/ladder/svg.c
// sources: labs/12-tcp-handshake/ladder/svg_arrow.c labs/12-tcp-handshake/ladder/svg_ladder.c
#include "../../labs/12-tcp-handshake/ladder/draw.h"
#include "../../labs/12-tcp-handshake/ladder/json.h"
#include "../../labs/12-tcp-handshake/ladder/mermaid.h"
#include "../../labs/12-tcp-handshake/ladder/prose.h"
#include "../../labs/12-tcp-handshake/ladder/svg.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);

static void check(bool fact)
{
    if (!fact)
        abort();
}

static int write_counted(FILE *out, const struct story *story)
{
    return write_json(out, story, story->count, 0);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        count++;
    return count;
}

/* What `write` writes; the caller frees it. It is ASCII, and its last line is whole. */
static char *written(int (*write)(FILE *, const struct story *), const struct story *story)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    check(out != NULL && write(out, story) == 0 && fclose(out) == 0);
    check(len > 0 && strlen(text) == len && text[len - 1] == '\n');
    for (size_t i = 0; i < len; i++)
        check(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'));
    return text;
}

static void check_svg(const struct story *story)
{
    char *text = written(write_svg, story);
    check(count_of(text, "<text ") == count_of(text, "</text>"));
    check(count_of(text, "<g ") == count_of(text, "</g>"));
    check(count_of(text, "<") == count_of(text, ">"));
    check(count_of(text, "<g transform=") == story->count);
    free(text);
}

static void check_mermaid(const struct story *story)
{
    char *text = written(write_mermaid, story);
    check(count_of(text, "```") == 2 * count_of(text, "```mermaid\nsequenceDiagram\n"));
    check(count_of(text, "```mermaid\n") >= story->flows.count);
    check(strpbrk(text, "%{}$\"'<\\") == NULL);
    free(text);
}

/* A quote inside a string has a backslash before it, so any other one begins or ends a string. */
static void check_json(const struct story *story)
{
    char *text = written(write_counted, story);
    bool string = false;
    int depth = 0;
    for (const char *c = text; *c; c++) {
        if (string && *c == '\\')
            c++;
        else if (*c == '"')
            string = !string;
        else if (!string)
            depth += strchr("{[", *c) ? 1 : strchr("}]", *c) ? -1 : 0;
        check(depth >= 0);
    }
    check(!string && depth == 0);
    check(count_of(text, "{\"time\":\"") == story->count);
    free(text);
}

static void check_prose(const struct story *story)
{
    char *text = written(write_prose, story);
    size_t lines = count_of(text, "\n"), count = story->flows.count;
    check(count == 0 ? lines == 1 : lines == story->count + 2 * count - 1);
    free(text);
}

static void check_text(const struct story *story)
{
    char text[DRAW_TEXT_MAX];
    for (size_t i = 0; i < story->flows.count; i++) {
        const struct flow *flow = &story->flows.all[i];
        check(strlen(draw_ends(flow, text)) >= DRAW_WIDTH);
        for (const struct rung *r = story->ladders[i].first; r; r = r->next)
            check(strlen(draw_step(flow, &r->frame, &r->step, r->lost, DRAW_ASCII, text)) <=
                  DRAW_WIDTH);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct story story = {0};
    for (int64_t at = 0; len >= 2; at += 1000000007) {
        size_t kept = (size_t)data[0] << 8 | data[1];
        data += 2;
        len -= 2;
        kept = kept < len ? kept : len;
        struct frame f = parse_frame(LINK_RAW, data, kept, kept);
        add_rung(&story, &f, at);
        data += kept;
        len -= kept;
    }
    end_story(&story);
    check_text(&story);
    check_svg(&story);
    check_mermaid(&story);
    check_json(&story);
    check_prose(&story);
    free_story(&story);
    return 0;
}
