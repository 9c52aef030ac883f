/* talk.h - the heart of nc: what comes from the terminal
 * goes to the network, and the other way round. */
#ifndef SOCKET_LABS_TALK_H
#define SOCKET_LABS_TALK_H

#include <stdbool.h>

/* What the options say of it. */
struct manner {
    bool datagrams; /* -u: each read is one datagram, and there is no end of stream */
    bool ends;      /* -N: when standard input has ended, this end's stream ends, too */
    bool crlf;      /* -C */
    bool telnet;    /* -t */
    int wait;       /* -w, in ms: so long may nothing happen; -1: for ever */
};

/* Carries bytes between standard input and output and the socket, until the other end's stream has
 * ended and what is ready at standard input has been sent, or nothing has happened for m->wait. The
 * end of standard input alone ends nothing, and nobody is told of it, unless m->ends says so.
 * Returns 0, or -1 with errno set if one of them is gone. */
int talk(int fd, const struct manner *m);

#endif
