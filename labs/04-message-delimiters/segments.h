/* segments.h - segments: one for each send, and when the other end has them. */
#ifndef SOCKET_LABS_SEGMENTS_H
#define SOCKET_LABS_SEGMENTS_H

/* Turns Nagle's algorithm off on the TCP socket `fd`: from now on each small send leaves at once,
 * in a segment of its own. Returns 0, or -1 with errno set. */
int turn_off_nagle(int fd);

/* Waits until every byte sent on `fd` is acknowledged. Then the other end's kernel has them;
 * whether its process has read them is another question. Returns 0, or -1 with errno set:
 * ECONNRESET, EPIPE or ETIMEDOUT if the connection is lost. */
int wait_until_acknowledged(int fd);

/* Says that `action` met a lost connection, by errno, and exits 1. */
_Noreturn void die_of_loss(const char *action);

#endif
