/* text.h - text that grows in the memory of its caller. What does not fit is left out. */
#ifndef SOCKET_LABS_TEXT_H
#define SOCKET_LABS_TEXT_H

#include <stddef.h>

/* `room` bytes, the final NUL included; it begins as {.at = memory, .room = sizeof memory}. */
struct text {
    char *at;
    size_t len, room;
};

/* Adds what printf(3) would print. */
__attribute__((format(printf, 2, 3))) void add(struct text *t, const char *fmt, ...);

/* Adds `what` so many times. */
void add_times(struct text *t, const char *what, size_t times);

#endif
