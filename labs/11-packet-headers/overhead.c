/* overhead.c - counts bytes by layer; overhead.h describes each function. */
#include "overhead.h"

#include "fields.h"

#include <limits.h>
#include <stdio.h>

void add_frame(struct overhead *overhead, const struct layers *seen, size_t len)
{
    overhead->frames++;
    overhead->bytes += len;
    for (size_t i = 0; i < seen->count; i++)
        overhead->of[seen->layer[i].kind] += seen->layer[i].len;
}

static void show_share(const char *name, unsigned long long bytes, unsigned long long all)
{
    printf("%-16s %8llu bytes  %5.1f%%\n", name, bytes, 100.0 * (double)bytes / (double)all);
}

void show_overhead(const struct overhead *overhead)
{
    unsigned long long rest = overhead->bytes;
    for (int kind = 0; kind < LAYER_KINDS; kind++) {
        struct layer layer = {.kind = (enum layer_kind)kind, .number = UINT_MAX};
        rest -= overhead->of[kind];
        if (overhead->of[kind] > 0)
            show_share(layer_name(&layer), overhead->of[kind], overhead->bytes);
    }
    if (rest > 0)
        show_share("padding", rest, overhead->bytes);
    if (overhead->bytes > 0)
        show_share("all", overhead->bytes, overhead->bytes);
}
