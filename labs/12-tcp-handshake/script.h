/* script.h - what an end does with a connection: a list of calls by name, as on a command line, or
 * what somebody types. */
#ifndef SOCKET_LABS_SCRIPT_H
#define SOCKET_LABS_SCRIPT_H

#include <stdbool.h>

/* The calls of a command line; `usual`, where it has none; or NULL with `typed`: those that will be
 * typed. A word that is no call, a call behind the last one (close, reset), or any with `typed`, is
 * a usage error: it exits 2. */
char *const *choose_calls(char *const words[], char *const usual[], bool typed);

/* Makes these calls on a connection, or those that are typed (NULL), a line each, and tells what
 * each did. `fd` is closed at the end, in any case. Returns 0; or -1, with errno, where a call
 * failed, and *failed is its name; the calls behind it are not made. EINTR: asked to stop. */
int make_calls(int fd, char *const calls[], const char **failed);

#endif
