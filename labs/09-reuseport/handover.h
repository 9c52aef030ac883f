/* handover.h - lab 09: a listening socket goes on to another process, by a Unix socket with a path.
 * Nothing here prints but traces, and nothing exits.
 * The call that sends the descriptor is lab 03's (SCM_RIGHTS). */
#ifndef REUSEPORT_HANDOVER_H
#define REUSEPORT_HANDOVER_H

/* Opens a Unix socket that waits at `path` for a process that asks. A socket that had the path
 * loses it. Returns the descriptor, which the caller closes, or -1 with errno set. */
int await_heir(const char *path);

/* Sends `fd` to the process that has asked at `heir_fd`. Returns 0, or -1 with errno set. */
int hand_on(int heir_fd, int fd);

/* Asks at `path`, and returns the socket that comes, or -1 with errno set. */
int inherit(const char *path);

#endif
