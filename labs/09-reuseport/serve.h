/* serve.h - lab 09: what a worker does with clients.
 * Nothing here prints but traces, and nothing exits. */
#ifndef REUSEPORT_SERVE_H
#define REUSEPORT_SERVE_H

#include <stdbool.h>

/* Accepts one client, if one waits, sends it `name` and a newline, and closes. Returns false if no
 * client waits, or if the next one cannot be accepted; errno says which. Calls accept4(2). */
bool answer_next(int listen_fd, const char *name);

/* From now on SIGINT and SIGTERM do not end the program, but make the descriptor readable that this
 * returns. -1 with errno set if there is none. Calls sigprocmask(2) and signalfd(2). */
int catch_signals(void);

/* Answers clients at `listen_fd` until such a signal comes at `signal_fd`,
 * or until somebody asks for the socket at `heir_fd` (handover.h; -1:
 * nobody can) and has got it. Returns 0, or -1 with errno set. */
int serve_clients(int listen_fd, int signal_fd, int heir_fd, const char *name);

#endif
