/* text.c - text that grows; text.h describes each function. */
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

void add_number(struct text *t, int64_t number)
{
    char digits[3 * sizeof number], *end = digits + sizeof digits, *at = end;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (number < 0)
        *--at = '-';
    add_bytes(t, at, (size_t)(end - at));
}

void add_times(struct text *t, const char *what, size_t times)
{
    size_t len = what[0] && !what[1] ? 1 : strlen(what),
           room = (t->room - t->len - 1) / (len > 0 ? len : 1);
    times = times < room ? times : room;
    if (len == 1)
        memset(t->at + t->len, what[0], times);
    else
        for (size_t i = 0; i < times; i++)
            memcpy(t->at + t->len + i * len, what, len);
    t->len += times * len;
    t->at[t->len] = '\0';
}
