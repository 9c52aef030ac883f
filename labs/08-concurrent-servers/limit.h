/* limit.h - how many descriptors this process may have, and which limit a call has met. */
#ifndef SOCKET_LABS_LIMIT_H
#define SOCKET_LABS_LIMIT_H

/* Raises the soft limit of descriptors (RLIMIT_NOFILE) to the hard one:
 * a login has a soft one of 1,024, for the sake of old programs that use
 * select, and may raise it (getrlimit(2)). Returns the limit, or -1. */
long raise_descriptor_limit(void);

/* True if the call that failed with this errno met a limit of this
 * process or this machine, which may be different when others have
 * gone: EMFILE, ENFILE, EADDRNOTAVAIL, EAGAIN, ENOBUFS, ENOMEM. */
int is_limit(int error);

/* Names the limit that the call met, and where it is set, for a message:
 * "RLIMIT_NOFILE, ulimit -n: this process may have no more descriptors".
 * For another error returns its name. The text is a constant. */
const char *limit_met(int error);

#endif
