/* structs.c - a variant: first finds all options, and then prints them. */
#include "tcpopts.h"

enum what { GOOD, END, NOP, BAD, NONE };

struct option {
    enum what what;
    const uint8_t *at;
};

static size_t find(const uint8_t *at, size_t len, struct option found[40])
{
    size_t count = 0, taken = 1;
    for (size_t i = 0; i < len && taken > 0; i += taken) {
        struct option *o = &found[count++];
        o->at = at + i;
        o->what = at[i] < 2 ? (at[i] ? NOP : END) : len - i < 2 ? NONE : GOOD;
        if (o->what == GOOD && (at[i + 1] < 2 || at[i + 1] > len - i))
            o->what = BAD;
        taken = o->what == NOP ? 1 : o->what == GOOD ? at[i + 1] : 0;
    }
    return count;
}

static void decode(const uint8_t *at, size_t len)
{
    struct option found[40];
    size_t count = find(at, len, found);
    for (size_t i = 0; i < count; i++) {
        const struct option *o = &found[i];
        if (o->what == GOOD)
            print_known(stdout, o->at);
        else if (o->what == BAD)
            printf("bad length %u of kind %u", o->at[1], o->at[0]);
        else if (o->what == NONE)
            printf("no length of kind %u", o->at[0]);
        else
            printf("%s", o->what == END ? "end" : "nop");
        printf("%s", i + 1 < count ? ", " : "");
    }
    puts(count == 0 ? "none" : "");
}

int main(void)
{
    diag_init("tcpopts");
    return each_line(decode);
}
