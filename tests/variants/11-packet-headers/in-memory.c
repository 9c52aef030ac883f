/* in-memory.c - a variant: writes a line into memory, and prints it when it is whole. */
#include "tcpopts.h"

static void decode(const uint8_t *at, size_t len)
{
    char *text = NULL;
    size_t size = 0, i = 0;
    FILE *out = open_memstream(&text, &size);
    while (i < len) {
        size_t left = len - i;
        const uint8_t *o = at + i;
        i = len; /* unless another one follows */
        if (*o == 0)
            fprintf(out, ", end");
        else if (*o == 1)
            fprintf(out, ", nop"), i = len - left + 1;
        else if (left == 1)
            fprintf(out, ", no length of kind %u", *o);
        else if (o[1] < 2 || o[1] > left)
            fprintf(out, ", bad length %u of kind %u", o[1], *o);
        else {
            fprintf(out, ", ");
            print_known(out, o);
            i = len - left + o[1];
        }
    }
    fclose(out);
    puts(size == 0 ? "none" : text + 2);
    free(text);
}

int main(void)
{
    diag_init("tcpopts");
    return each_line(decode);
}
