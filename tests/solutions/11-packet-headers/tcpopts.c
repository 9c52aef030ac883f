/* tcpopts.c - decodes the options of TCP headers.
 *
 * The model solution.
 */
#include "diag.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: tcpopts <FILE\n"
    "Reads the options of a TCP header from each line, in hex, and prints what they say.";

static uint32_t number(const uint8_t *at, size_t len)
{
    uint32_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | at[i];
    return value;
}

/* An option with a length, and with all its bytes. */
static void print_value(unsigned kind, const uint8_t *at, size_t len)
{
    if (kind == 2 && len == 4)
        printf("mss %u", number(at + 2, 2));
    else if (kind == 3 && len == 3)
        printf("window scale %u", number(at + 2, 1));
    else if (kind == 4 && len == 2)
        printf("sack permitted");
    else if (kind == 8 && len == 10)
        printf("timestamps %u %u", number(at + 2, 4), number(at + 6, 4));
    else if (kind == 5 && len > 2 && len % 8 == 2) {
        printf("sack");
        for (size_t i = 2; i < len; i += 8)
            printf(" %u-%u", number(at + i, 4), number(at + i + 4, 4));
    } else
        printf("kind %u (%zu bytes)", kind, len);
}

/* Prints an option. Returns how many bytes it has, or 0 if nothing can follow. */
static size_t print_option(const uint8_t *at, size_t len)
{
    unsigned kind = at[0];
    if (kind == 0) {
        printf("end");
        return 0;
    }
    if (kind == 1) {
        printf("nop");
        return 1;
    }
    if (len < 2) {
        printf("no length of kind %u", kind);
        return 0;
    }
    if (at[1] < 2 || at[1] > len) {
        printf("bad length %u of kind %u", at[1], kind);
        return 0;
    }
    print_value(kind, at, at[1]);
    return at[1];
}

/* Prints what the options say, on one line. */
static void decode(const uint8_t *at, size_t len)
{
    if (len == 0)
        printf("none");
    for (size_t i = 0, taken = 1; i < len && taken > 0; i += taken) {
        if (i > 0)
            printf(", ");
        taken = print_option(at + i, len - i);
    }
    puts("");
}

/* Turns pairs of hex digits into bytes, in place. Returns how many. */
static size_t read_hex(char *line)
{
    uint8_t *bytes = (uint8_t *)line;
    size_t len = 0;
    for (; isxdigit((unsigned char)line[2 * len]) && isxdigit((unsigned char)line[2 * len + 1]);
         len++) {
        char pair[] = {line[2 * len], line[2 * len + 1], '\0'};
        bytes[len] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return len;
}

int main(int argc, char *argv[])
{
    diag_init("tcpopts");
    while (next_option(argc, argv, "", help) != -1)
        continue;
    char *line = NULL;
    for (size_t size = 0; getline(&line, &size, stdin) != -1;) {
        size_t len = read_hex(line);
        decode((uint8_t *)line, len);
    }
    free(line);
    return EXIT_SUCCESS;
}
