/* progress.c - how far a transfer is; progress.h says what each function promises. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR = 20 };

const char *format_size(uint64_t bytes, char text[static SIZE_TEXT_MAX])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    double size = (double)bytes;
    int unit = 0;
    for (; size >= 999.95 && unit < 6; unit++) /* 999.95 would be shown as 1000.0 */
        size /= 1000;
    snprintf(text, SIZE_TEXT_MAX, "%.*f %s", unit > 0, size, units[unit]);
    return text;
}

const char *format_progress(uint64_t done, uint64_t total, uint64_t moved, double seconds,
                            char text[static PROGRESS_MAX])
{
    char bar[BAR + 1] = "", have[SIZE_TEXT_MAX], all[SIZE_TEXT_MAX], each[SIZE_TEXT_MAX];
    double part = total > 0 ? (double)done / (double)total : 1;
    double rate = seconds > 0 ? (double)moved / seconds : 0;
    memset(bar, '#', (size_t)(part * BAR));
    int n = snprintf(text, PROGRESS_MAX, "[%-*s] %3d%%  %s of %s  %s/s", BAR, bar,
                     (int)(part * 100), format_size(done, have), format_size(total, all),
                     format_size((uint64_t)rate, each));
    double left = rate > 0 ? (double)(total - done) / rate : 0;
    if (left > 0 && left < 1e6) /* more than eleven days is no forecast */
        snprintf(text + n, PROGRESS_MAX - (size_t)n, "  %.0f s left", left);
    return text;
}

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

void start_progress(struct progress *p, uint64_t before, uint64_t total)
{
    /* Only on a terminal: in a file or a pipe such lines would be rubbish. */
    *p = (struct progress){.on = isatty(STDERR_FILENO) == 1, .before = before, .total = total};
    clock_gettime(CLOCK_MONOTONIC, &p->start);
}

void show_progress(struct progress *p, uint64_t moved)
{
    char text[PROGRESS_MAX];
    if (!p->on || (seconds_since(&p->shown) < 0.1 && p->before + moved < p->total))
        return;
    clock_gettime(CLOCK_MONOTONIC, &p->shown);
    /* \r goes back to the line's beginning; \033[K
     * clears what a longer line left: console_codes(4) */
    fprintf(stderr, "\r%s\033[K",
            format_progress(p->before + moved, p->total, moved, seconds_since(&p->start), text));
}

void end_progress(struct progress *p)
{
    if (p->on)
        fputs("\r\033[K", stderr);
    p->on = false;
}
