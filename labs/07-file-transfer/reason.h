/* reason.h - why a peer was given up, in words, and how long it may be silent. */
#ifndef SOCKET_LABS_REASON_H
#define SOCKET_LABS_REASON_H

enum { REASON_MAX = 40 };

/* A call on this socket fails with EAGAIN if the peer does nothing for that long (socket(7),
 * SO_RCVTIMEO and SO_SNDTIMEO). Returns 0, or -1 with errno set. */
int set_patience(int fd, long seconds);

/* What the error means for a peer that may be silent for `seconds`. Returns `text`. */
const char *describe_reason(int error, long seconds, char text[static REASON_MAX]);

#endif
