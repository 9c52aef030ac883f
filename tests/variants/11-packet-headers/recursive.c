/* recursive.c - a variant: each option is followed by the rest of the list. */
#include "tcpopts.h"

static void rest(const uint8_t *at, size_t len, const char *before)
{
    if (len == 0)
        return;
    printf("%s", before);
    if (at[0] == 0)
        printf("end");
    else if (at[0] == 1) {
        printf("nop");
        rest(at + 1, len - 1, ", ");
    } else if (len == 1)
        printf("no length of kind %u", at[0]);
    else if (at[1] < 2 || at[1] > len)
        printf("bad length %u of kind %u", at[1], at[0]);
    else {
        print_known(stdout, at);
        rest(at + at[1], len - at[1], ", ");
    }
}

static void decode(const uint8_t *at, size_t len)
{
    rest(at, len, "");
    puts(len == 0 ? "none" : "");
}

int main(void)
{
    diag_init("tcpopts");
    return each_line(decode);
}
