/* tcpopts.c - decodes the options of TCP headers.
 *
 * What it must do is in ../README.md under "Exercise". Check it with: scripts/lab check 11
 * The lines are read for you, and their hex digits become bytes.
 */
#include "diag.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: tcpopts <FILE\n"
    "Reads the options of a TCP header from each line, in hex, and prints what they say.";

/* Prints what the options say, on one line. */
static void decode(const uint8_t *at, size_t len)
{
    (void)at; /* Yours from here. */
    (void)len;
    die_plain("it decodes nothing yet: the exercise starts here");
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
