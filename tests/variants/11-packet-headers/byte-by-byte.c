/* byte-by-byte.c - a variant: reads one byte of the input
 * at a time, and keeps an option until it is whole. */
#include "tcpopts.h"

struct list {
    uint8_t option[40];
    unsigned have;
    bool any, over; /* something was printed; the list has ended */
};

static void separate(struct list *l)
{
    printf("%s", l->any ? ", " : "");
    l->any = true;
}

/* Whether the length fits is known only when all bytes
 * of the line are counted: `left` come after this one. */
static void add(struct list *l, uint8_t byte, size_t left)
{
    if (l->over)
        return;
    l->option[l->have++] = byte;
    if (l->have == 1 && byte < 2) {
        separate(l);
        printf("%s", byte ? "nop" : "end");
        l->over = byte == 0;
        l->have = 0;
    } else if (l->have == 1 && left == 0) {
        separate(l);
        printf("no length of kind %u", byte);
    } else if (l->have == 2 && (byte < 2 || byte - 2u > left)) {
        separate(l);
        printf("bad length %u of kind %u", byte, l->option[0]);
        l->over = true;
    } else if (l->have >= 2 && l->have == l->option[1]) {
        separate(l);
        print_known(stdout, l->option);
        l->have = 0;
    }
}

static void decode(const uint8_t *at, size_t len)
{
    struct list list = {0};
    for (size_t i = 0; i < len; i++)
        add(&list, at[i], len - i - 1);
    puts(len ? "" : "none");
}

int main(void)
{
    diag_init("tcpopts");
    return each_line(decode);
}
