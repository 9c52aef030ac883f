/* clock.h - the time, as wire and sender use it. */
#ifndef SOCKET_LABS_CLOCK_H
#define SOCKET_LABS_CLOCK_H

#include <stdint.h>

/* Returns microseconds of a clock that nobody sets (CLOCK_MONOTONIC, clock_gettime(2)). */
uint64_t now_us(void);

/* Waits until one of `count` descriptors can be read, a signal comes, or that clock says `until`;
 * UINT64_MAX: for ever. Fills in `fds` as poll(2) does, and returns what it returns. */
struct pollfd;
int wait_until(struct pollfd *fds, unsigned count, uint64_t until);

#endif
