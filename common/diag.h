/* diag.h - how every program of the labs speaks: events, traces and errors.
 * Events are lines on standard output, `role: text`; traces (with -v) and errors go to stderr. */
#ifndef SOCKET_LABS_DIAG_H
#define SOCKET_LABS_DIAG_H

#include <stdbool.h>

#define PRINTF_LIKE __attribute__((format(printf, 1, 2)))

/* True after -v: trace() then tells each system call with its result. */
extern bool verbose;

/* Call it first in main. `role` prefixes every line and must outlive the program. It makes stdout
 * line-buffered, so that an event is seen when it happens, in a pipe too (setvbuf(3)), and exits 1
 * when descriptor 0, 1 or 2 is closed: a socket would get its number and receive our messages. */
void diag_init(const char *role);

/* Prints an event line. Exits 1 when standard output cannot take it: nobody would be told. */
void say(const char *fmt, ...) PRINTF_LIKE;

/* With -v, prints `role| text` on stderr, after the events so far. Keeps errno. */
void trace(const char *fmt, ...) PRINTF_LIKE;

/* Prints `role: text: Connection refused [ECONNREFUSED]`, by errno, on stderr. Exits 1. */
_Noreturn void die(const char *fmt, ...) PRINTF_LIKE;

/* Prints `role: text` on stderr and exits 1: a run-time error that has no errno. */
_Noreturn void die_plain(const char *fmt, ...) PRINTF_LIKE;

/* Prints `role: text` and where to find help on stderr, and exits 2: a usage error. */
_Noreturn void die_usage(const char *fmt, ...) PRINTF_LIKE;

/* The symbolic name of an errno value, "ECONNREFUSED" for instance, or "?" for an unknown one;
 * a constant string (strerrorname_np(3)). */
const char *errno_name(int error);

/* getopt(3) as every program of the labs has it: -h prints `help` and exits 0, -v sets `verbose`,
 * an unknown option or a missing value is a usage error. Returns the option's letter, or -1 at the
 * end. `options` names the others as for getopt, "b:p:" for instance. */
int next_option(int argc, char *argv[], const char *options, const char *help);

/* The value of the option that next_option just returned: a whole number from `min` to `max`, not
 * negative. Anything else is a usage error that names the value and the range; `what` says what it
 * is, "a port" for instance. */
long number_option(int option, const char *what, long min, long max);

#endif
