/* text.h - text that grows in the caller's memory. What does not fit is left out.
 *
 * A ladder has a line for each packet of a capture, so the common cases do without printf(3). That
 * makes drawing five times as fast. */
#ifndef SOCKET_LABS_TEXT_H
#define SOCKET_LABS_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* `room` bytes, the final NUL included; it begins as {.at = memory, .room = sizeof memory}. */
struct text {
    char *at;
    size_t len, room;
};

/* Adds what printf(3) would print. */
__attribute__((format(printf, 2, 3))) void add(struct text *t, const char *fmt, ...);

/* Adds the number in decimal. */
void add_number(struct text *t, int64_t number);

/* Adds `what` this many times. */
void add_times(struct text *t, const char *what, size_t times);

/* Add bytes, a character, a string. */
static inline void add_bytes(struct text *t, const char *bytes, size_t len)
{
    size_t room = t->room - t->len - 1;
    len = len < room ? len : room;
    memcpy(t->at + t->len, bytes, len);
    t->len += len;
    t->at[t->len] = '\0';
}

static inline void add_char(struct text *t, char c)
{
    add_bytes(t, &c, 1);
}

static inline void add_string(struct text *t, const char *string)
{
    add_bytes(t, string, strlen(string));
}

#endif
