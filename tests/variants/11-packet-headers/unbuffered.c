/* unbuffered.c - a variant: each piece of a line is written at once, by a call of its own. */
#include "tcpopts.h"

static void decode(const uint8_t *at, size_t len)
{
    size_t i = 0;
    if (len == 0)
        printf("none");
    for (; i < len && at[i] != 0; i += at[i] == 1 ? 1 : at[i + 1]) {
        if (i > 0)
            printf(", ");
        if (at[i] == 1)
            printf("nop");
        else if (i + 1 == len || at[i + 1] < 2 || at[i + 1] > len - i)
            break;
        else
            print_known(stdout, at + i);
    }
    if (i < len && at[i] == 0)
        printf("%send", i > 0 ? ", " : "");
    else if (i + 1 == len)
        printf("no length of kind %u", at[i]);
    else if (i < len)
        printf("bad length %u of kind %u", at[i + 1], at[i]);
    puts("");
}

int main(void)
{
    diag_init("tcpopts");
    setvbuf(stdout, NULL, _IONBF, 0);
    return each_line(decode);
}
