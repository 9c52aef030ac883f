/* table.c - a variant: a table says which length each kind has, and which numbers are in it. */
#include "tcpopts.h"

static const struct kind {
    unsigned kind, len, numbers, width;
    const char *name;
} kinds[] = {{2, 4, 1, 2, "mss"},
             {3, 3, 1, 1, "window scale"},
             {4, 2, 0, 0, "sack permitted"},
             {8, 10, 2, 4, "timestamps"},
             {0}};

static void print_kind(const uint8_t *at)
{
    const struct kind *k = kinds;
    while (k->kind != 0 && (k->kind != at[0] || k->len != at[1]))
        k++;
    if (k->kind == 0) {
        print_known(stdout, at); /* a SACK has many lengths; others are as unknown */
        return;
    }
    printf("%s", k->name);
    for (unsigned n = 0; n < k->numbers; n++) {
        const uint8_t *number = at + 2 + n * k->width;
        printf(" %u", k->width == 1 ? *number : k->width == 2 ? big16(number) : big32(number));
    }
}

static void decode(const uint8_t *at, size_t len)
{
    const char *between = "";
    for (size_t left = len; left > 0; between = ", ") {
        printf("%s", between);
        const uint8_t *o = at + (len - left);
        size_t step = *o == 1 ? 1 : left > 1 ? o[1] : 0;
        bool last = *o != 1 && (*o == 0 || left == 1 || step < 2 || step > left);
        if (*o < 2)
            printf("%s", *o ? "nop" : "end");
        else if (left == 1)
            printf("no length of kind %u", *o);
        else if (last)
            printf("bad length %zu of kind %u", step, *o);
        else
            print_kind(o);
        left = last ? 0 : left - step;
    }
    puts(len ? "" : "none");
}

int main(void)
{
    diag_init("tcpopts");
    return each_line(decode);
}
