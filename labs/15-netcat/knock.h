/* knock.h - asks one port whether somebody is there, and reads the answer as far as it goes. */
#ifndef SOCKET_LABS_KNOCK_H
#define SOCKET_LABS_KNOCK_H

#include "addr.h"

/* What a port can be. Silence means another thing for UDP than for TCP. */
enum verdict { OPEN, CLOSED, FILTERED, OPEN_OR_FILTERED, NO_VERDICT };

/* Reads "80" or "20-80". Returns false if that is not one port or a range of them, 1 to 65535. */
bool parse_ports(const char *text, uint16_t *first, uint16_t *last);

/* What the error of a connect, an errno value or 0, says of the port. NO_VERDICT: it says something
 * of this machine only, for instance that it has no descriptor left (EMFILE). */
enum verdict judge(int error);

/* Knocks by TCP or UDP, and waits at most `wait` milliseconds. Writes the reason into `why`, a
 * constant string. If the verdict is NO_VERDICT, errno is set. */
enum verdict knock(const struct endpoint *peer, bool udp, int wait, const char **why);

/* "open", "closed", "filtered", "open or filtered". */
const char *verdict_name(enum verdict v);

/* Knocks at each of `ports`, "80" or "20-80", one after the other, and prints
 * a line for each that is open; with -v for the others, too. -1 for `wait` is
 * a second. Returns the exit status: 0 if a port is open, or may be. */
int knock_at_all(const char *host, const char *ports, bool udp, int wait);

#endif
