/* later.h - lab 10: answers that wait for their time,
 * so that a slow one does not make the others late. */
#ifndef NAMES_LATER_H
#define NAMES_LATER_H

#include "addr.h"
#include "message.h"

struct answer {
    uint8_t bytes[MESSAGE_MAX];
    size_t len;
    struct endpoint client;
    long long due_ms; /* of now_ms() */
};

/* Milliseconds of a clock that nobody sets: clock_gettime(2), CLOCK_MONOTONIC. */
long long now_ms(void);

/* Sends those of `count` answers that are due, and takes them out. Returns how many milliseconds it
 * is until the next one, or -1 if there is none: what poll(2) may wait. */
int send_due(int fd, struct answer answers[], size_t *count);

#endif
