/* box.c - draws a header; box.h describes the function.
 *
 * A row has 32 bits, and each bit is two columns wide: its digit, and what stands between it and
 * the next one. So a field of n bits has 2n - 1 columns for its name, and its bits fit exactly. */
#include "box.h"

#include <stdio.h>
#include <string.h>

enum { ROW = 32, WORD_MAX = 64 };

/* The part of a field that is in one row. */
struct piece {
    const struct field *field;
    size_t bit;          /* number of the field's first bit in the header */
    unsigned from, bits; /* of the row: the piece's first column, and how many */
    bool begins, ends;   /* it is the first piece of its field; the last one */
};

/* Finds the pieces of the row that begins with this bit. Returns how many there are. */
static unsigned find_pieces(const struct field *fields, size_t row, struct piece pieces[ROW])
{
    unsigned count = 0;
    size_t bit = 0;
    for (const struct field *f = fields; f->bits > 0; bit += f->bits, f++) {
        size_t end = bit + f->bits;
        if (end <= row || bit >= row + ROW)
            continue;
        size_t from = bit > row ? bit : row;
        size_t to = end < row + ROW ? end : row + ROW;
        pieces[count++] = (struct piece){.field = f,
                                         .bit = bit,
                                         .from = (unsigned)(from - row),
                                         .bits = (unsigned)(to - from),
                                         .begins = from == bit,
                                         .ends = to == end};
    }
    return count;
}

/* +-+-+-+: under a row, open where a field goes on in the next one. */
static void draw_border(const struct piece *pieces, unsigned count, bool top)
{
    char line[2 * ROW + 2];
    unsigned columns = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct piece *p = &pieces[i];
        for (unsigned bit = 0; bit < p->bits; bit++) {
            bool open = !top && !p->ends;
            line[columns++] = open && bit > 0 ? ' ' : '+';
            line[columns++] = open ? ' ' : '-';
        }
    }
    line[columns++] = '+';
    printf("%.*s\n", (int)columns, line);
}

/* Line number `line` of a field's name. One bit has its name downwards; and a name that is too
 * long goes on below its first word. */
static void name_word(char word[static WORD_MAX], const struct piece *p, unsigned line)
{
    const char *name = p->field->name, *blank = strchr(name, ' ');
    size_t length = strlen(name);
    word[0] = '\0';
    if (!p->begins)
        return;
    if (p->field->bits == 1)
        snprintf(word, WORD_MAX, "%.1s", line < length ? name + line : "");
    else if (length > 2 * p->bits - 1 && blank)
        snprintf(word, WORD_MAX, "%.*s",
                 line > 1    ? 0
                 : line == 1 ? WORD_MAX
                             : (int)(blank - name),
                 line == 1 ? blank + 1 : name);
    else if (line == 0)
        snprintf(word, WORD_MAX, "%s", name);
}

static void draw_centred(const char *word, unsigned width)
{
    int room = (int)width - (int)strlen(word);
    int left = room > 0 ? room / 2 : 0;
    printf("|%*s%.*s%*s", left, "", (int)width, word, room > 0 ? room - left : 0, "");
}

static void draw_names(const struct piece *pieces, unsigned count)
{
    char word[WORD_MAX];
    for (unsigned line = 0; line < 3; line++) {
        bool any = false;
        for (unsigned i = 0; i < count; i++) {
            name_word(word, &pieces[i], line);
            any |= *word != '\0';
        }
        if (!any)
            return;
        for (unsigned i = 0; i < count; i++) {
            name_word(word, &pieces[i], line);
            draw_centred(word, 2 * pieces[i].bits - 1);
        }
        puts("|");
    }
}

static void draw_values(const struct piece *pieces, unsigned count, const uint8_t *at)
{
    char value[VALUE_MAX];
    for (unsigned i = 0; i < count; i++) {
        format_value(value, pieces[i].field, at, pieces[i].bit);
        draw_centred(pieces[i].begins ? value : "", 2 * pieces[i].bits - 1);
    }
    puts("|");
}

static void draw_bits(const struct piece *pieces, unsigned count, const uint8_t *at, size_t row)
{
    for (unsigned i = 0; i < count; i++)
        for (unsigned bit = 0; bit < pieces[i].bits; bit++)
            printf("%c%u", bit == 0 ? '|' : ' ', bit_at(at, row + pieces[i].from + bit));
    puts("|");
}

void draw_box(const struct field *fields, const uint8_t *at)
{
    struct piece pieces[ROW];
    unsigned count;
    for (size_t row = 0; (count = find_pieces(fields, row, pieces)) > 0; row += ROW) {
        if (row == 0)
            draw_border(pieces, count, true);
        draw_names(pieces, count);
        draw_values(pieces, count, at);
        draw_bits(pieces, count, at, row);
        draw_border(pieces, count, false);
    }
}
