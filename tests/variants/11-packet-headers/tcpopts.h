/* tcpopts.h - what the right programs share: lines in, bytes out, and numbers of several bytes. */
#ifndef TCPOPTS_H
#define TCPOPTS_H

#include "diag.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls `decode` with the bytes of each line. */
static inline int each_line(void (*decode)(const uint8_t *at, size_t len))
{
    char *line = NULL;
    for (size_t size = 0; getline(&line, &size, stdin) != -1;) {
        uint8_t bytes[40] = {0};
        size_t len = 0;
        while (len < sizeof bytes && sscanf(line + 2 * len, "%2hhx", &bytes[len]) == 1)
            len++;
        decode(bytes, len);
    }
    free(line);
    return EXIT_SUCCESS;
}

static inline uint32_t big16(const uint8_t *at)
{
    return (uint32_t)(at[0] << 8 | at[1]);
}

static inline uint32_t big32(const uint8_t *at)
{
    return big16(at) << 16 | big16(at + 2);
}

/* What an option says whose length is possible. */
static inline void print_known(FILE *out, const uint8_t *at)
{
    unsigned kind = at[0], len = at[1];
    if (kind == 2 && len == 4)
        fprintf(out, "mss %u", big16(at + 2));
    else if (kind == 3 && len == 3)
        fprintf(out, "window scale %u", at[2]);
    else if (kind == 4 && len == 2)
        fprintf(out, "sack permitted");
    else if (kind == 8 && len == 10)
        fprintf(out, "timestamps %u %u", big32(at + 2), big32(at + 6));
    else if (kind == 5 && len >= 10 && len % 8 == 2) {
        fprintf(out, "sack");
        for (unsigned i = 2; i < len; i += 8)
            fprintf(out, " %u-%u", big32(at + i), big32(at + i + 4));
    } else
        fprintf(out, "kind %u (%u bytes)", kind, len);
}

#endif
