/* switched.c - a variant: one switch, and gotos where the list ends. */
#include "tcpopts.h"

static void decode(const uint8_t *at, size_t len)
{
    const uint8_t *end = at + len;
    if (at == end)
        printf("none");
    while (at < end) {
        switch (*at) {
        case 0:
            printf("end");
            goto over;
        case 1:
            printf("nop");
            at++;
            break;
        default:
            if (end - at == 1) {
                printf("no length of kind %u", *at);
                goto over;
            }
            if (at[1] < 2 || at[1] > end - at) {
                printf("bad length %u of kind %u", at[1], *at);
                goto over;
            }
            print_known(stdout, at);
            at += at[1];
        }
        if (at < end)
            printf(", ");
    }
over:
    putchar('\n');
}

int main(void)
{
    diag_init("tcpopts");
    return each_line(decode);
}
