/* all-at-once.c - a variant: reads the whole input before it prints the first line. */
#include "tcpopts.h"

static size_t one(const uint8_t *at, size_t len)
{
    if (at[0] <= 1)
        return printf(at[0] ? "nop" : "end"), at[0];
    if (len < 2)
        return printf("no length of kind %u", at[0]), 0;
    if (at[1] < 2 || at[1] > len)
        return printf("bad length %u of kind %u", at[1], at[0]), 0;
    print_known(stdout, at);
    return at[1];
}

static void decode(char *hex)
{
    uint8_t bytes[40];
    size_t len = strlen(hex) / 2;
    for (size_t i = 0; i < len; i++)
        sscanf(hex + 2 * i, "%2hhx", &bytes[i]);
    for (size_t i = 0, n = 1; i < len && n > 0; i += n) {
        printf("%s", i ? ", " : "");
        n = one(bytes + i, len - i);
    }
    puts(len ? "" : "none");
}

int main(void)
{
    diag_init("tcpopts");
    char *all = NULL;
    size_t size = 0;
    if (getdelim(&all, &size, '\0', stdin) == -1)
        return EXIT_SUCCESS;
    for (char *rest = all, *end; *rest; rest = end) {
        end = strchrnul(rest, '\n');
        if (*end)
            *end++ = '\0';
        decode(rest);
    }
    free(all);
    return EXIT_SUCCESS;
}
