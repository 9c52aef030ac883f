/* calls.h - what one can do with a connection, by name: both ends of this lab do nothing else. What an
 * end does with a connection is then a list of words, "send close" for instance. */
#ifndef SOCKET_LABS_CALLS_H
#define SOCKET_LABS_CALLS_H

#include <stdbool.h>

/* A line for each call, for a usage text. */
#define CALLS_HELP                                                                                 \
    "  send      send(2): \"Thank you\"\n"                                                         \
    "  recv      recv(2), once: what has come, or the end of the stream\n"                         \
    "  eof       recv(2), until the end of the stream\n"                                           \
    "  shutdown  shutdown(2) with SHUT_WR: no more from here, but go on receiving\n"               \
    "  close     close(2)\n"                                                                       \
    "  reset     close(2) with SO_LINGER 0: a reset, no goodbye\n"

/* The calls of a command line; `usual`, where it has none; or NULL with `typed`: those that will be
 * typed. A word that is no call, or a call with `typed`, is a usage error (it exits 2). */
char *const *choose_calls(char *const words[], char *const usual[], bool typed);

/* Makes these calls on a connection, or those that are typed (NULL), a line each, and tells what each
 * did. `fd` is closed at the end, in any case. Returns 0; or -1, with errno, where a call failed, and
 * *failed is its name; the calls behind it are not made. EINTR says that we were asked to stop. */
int make_calls(int fd, char *const calls[], const char **failed);

#endif
