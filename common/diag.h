/* diag.h - how every program of the labs prints: events, traces and errors.
 * Events are lines `role: text` on standard output. Traces (with -v) and errors go to stderr. */
#ifndef SOCKET_LABS_DIAG_H
#define SOCKET_LABS_DIAG_H

#include <stdbool.h>

#define PRINTF_LIKE __attribute__((format(printf, 1, 2)))

/* True after -v. Then trace() prints each system call with its result. */
extern bool verbose;

/* Call this first in main. `role` begins every line, and must stay valid
 * until the program ends. Makes stdout line-buffered (setvbuf(3)), so that
 * you see an event when it happens, even in a pipe. Exits 1 if descriptor
 * 0, 1 or 2 is closed: a socket would get that number, and our messages. */
void diag_init(const char *role);

/* Prints an event line. Exits 1 if it cannot be written, because nobody would see the event. */
void say(const char *fmt, ...) PRINTF_LIKE;

/* With -v, prints `role| text` on stderr, after the events so far. Keeps errno. */
void trace(const char *fmt, ...) PRINTF_LIKE;

/* Prints the text and the error in errno on stderr, and exits 1:
 * `role: text: Connection refused [ECONNREFUSED]`. */
_Noreturn void die(const char *fmt, ...) PRINTF_LIKE;

/* Prints `role: text` on stderr and exits 1. For a run-time error that has no errno. */
_Noreturn void die_plain(const char *fmt, ...) PRINTF_LIKE;

/* Prints `role: text` and how to get help on stderr, and exits 2. For a usage error. */
_Noreturn void die_usage(const char *fmt, ...) PRINTF_LIKE;

/* Returns the name of an errno value, for example "ECONNREFUSED", or "?" if it has none. The string
 * is a constant (strerrorname_np(3)). */
const char *errno_name(int error);

/* getopt(3), with what all programs of the labs have in common: -h or --help
 * prints `help` and exits 0, -v sets `verbose`, and an unknown option or a
 * missing value is a usage error. `options` names the other options as for
 * getopt, for example "b:p:". Returns the option's letter, or -1 at the end. */
int next_option(int argc, char *argv[], const char *options, const char *help);

/* Returns the value of the option that next_option has just returned, a whole number from `min` to
 * `max`, not negative. Anything else is a usage error. The message shows the value and the range,
 * and says what the number is: `what`, for example "a port". */
long number_option(int option, const char *what, long min, long max);

#endif
