/* progress.h - how far a transfer is: a line on a terminal that is written anew again and again. */
#ifndef SOCKET_LABS_PROGRESS_H
#define SOCKET_LABS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum { PROGRESS_MAX = 80, SIZE_TEXT_MAX = 16 };

struct progress {
    bool on;                      /* standard error is a terminal */
    uint64_t before, total;       /* bytes that were there before, bytes in all */
    struct timespec start, shown; /* CLOCK_MONOTONIC */
};

/* A number of bytes for people: "5 B", "1.2 kB", "12.3 MB", "4.3 GB". Returns `text`. */
const char *format_size(uint64_t bytes, char text[static SIZE_TEXT_MAX]);

/* The line: how much of `total` is there, as a bar, the rate, and
 * the time that is left at this rate. `moved` bytes took `seconds`.
 * A terminal of 80 columns shows it in one line. Returns `text`. */
const char *format_progress(uint64_t done, uint64_t total, uint64_t moved, double seconds,
                            char text[static PROGRESS_MAX]);

/* `before` of `total` bytes are there already. */
void start_progress(struct progress *p, uint64_t before, uint64_t total);

/* `moved` bytes have come since the start. Writes at most ten times a second. */
void show_progress(struct progress *p, uint64_t moved);

/* Removes the line, so that the next event stands alone. */
void end_progress(struct progress *p);

#endif
