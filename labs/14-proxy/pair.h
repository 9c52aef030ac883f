/* pair.h - the two connections of one client: the one that
 * it has made, and the one that the relay makes for it. */
#ifndef SOCKET_LABS_PAIR_H
#define SOCKET_LABS_PAIR_H

#include "flow.h"
#include "pool.h"

#include <poll.h>

/* What the relay's options say. */
struct rules {
    bool by_splice;        /* -s */
    bool proxy_line;       /* -x */
    bool first_end_is_all; /* -1, BUG ON PURPOSE: closes both when the first stream ends */
    long patience;         /* -t, in ms, for a server that does not answer */
    long out;              /* -r, in ms, for which a server that did not answer is out */
};

enum { CLIENT, SERVER };

struct pair {
    long number;
    int fd[2]; /* of the client and of the server; the latter is -1 before it is connected to */
    struct flow flow[2]; /* flow[i] comes from fd[i] */
    bool hung_up[2];     /* poll has reported it, and would do so for ever */
    int server;          /* its number in the pool */
    size_t tries;        /* so many servers have been asked */
    int error;           /* why the last server is out, or 0 */
    bool connecting;
    int64_t until; /* while connecting: how long it may take */
};

/* Takes a client, and begins to connect to a server.
 * If there is none, says so, closes and returns NULL. */
struct pair *open_pair(int client_fd, struct pool *pool, const struct rules *rules);

/* Fills in what poll shall look at: watch[CLIENT] and watch[SERVER]. */
void watch_pair(const struct pair *p, struct pollfd watch[2]);

/* Does what can be done after poll. Returns false if
 * this pair is over, and then it is closed and freed. */
bool serve_pair(struct pair *p, const struct pollfd watch[2], struct pool *pool,
                const struct rules *rules);

#endif
