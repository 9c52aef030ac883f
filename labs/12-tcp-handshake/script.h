/* script.h - what an end does with its connection: the calls of its command line, or those that you
 * type. */
#ifndef SOCKET_LABS_SCRIPT_H
#define SOCKET_LABS_SCRIPT_H

#include <stdbool.h>

/* Returns the calls in `words`, what is left of a command line; `usual` if there are none; or NULL
 * with `typed`: the calls will be typed. It is a usage error (exit status 2) if a word is no call,
 * if a call follows close or reset, or if there are words in spite of `typed`. */
char *const *choose_calls(char *const words[], char *const usual[], bool typed);

/* Makes these calls on a connection, or the calls that are typed (NULL), one a line. Prints what
 * each did. Always closes `fd` at the end. Returns 0; or -1 with errno if a call failed: then
 * *failed is its name, and the calls after it are not made. EINTR: the program was asked to
 * stop. */
int make_calls(int fd, char *const calls[], const char **failed);

#endif
