/* text.c - text that grows; text.h has the promises. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

void add(struct text *t, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(t->at + t->len, t->room - t->len, fmt, args);
    va_end(args);
    if (n > 0)
        t->len = t->len + (size_t)n < t->room ? t->len + (size_t)n : t->room - 1;
}

void add_times(struct text *t, const char *what, size_t times)
{
    while (times-- > 0)
        add(t, "%s", what);
}
