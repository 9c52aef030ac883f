/* calls.h - the calls that you can make on a connection, by name. Both ends do nothing else. */
#ifndef SOCKET_LABS_CALLS_H
#define SOCKET_LABS_CALLS_H

#include <stdbool.h>

/* A line for each call, for a usage text. */
#define CALLS_HELP                                                                                 \
    "  send      send(2): \"Thank you\"\n"                                                         \
    "  recv      recv(2), once: what has come, or the end of the stream\n"                         \
    "  eof       recv(2), until the end of the stream\n"                                           \
    "  shutdown  shutdown(2) with SHUT_WR: send no more, but go on receiving\n"                    \
    "  close     close(2)\n"                                                                       \
    "  reset     close(2) with SO_LINGER 0: a reset instead of FIN\n"

struct call {
    const char *name;
    int (*make)(int fd); /* makes it, and prints what it did; returns 0, or -1 with errno */
    bool last;           /* it closes the descriptor, unless it fails */
};

/* The call of that name, or NULL. */
const struct call *find_call(const char *name);

#endif
