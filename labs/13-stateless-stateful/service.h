/* service.h - the same service in four ways: who remembers how far a client has come?
 *
 *   stateful   O name -> O          N -> N piece                the server, where each client is
 *   cached     O name -> O          N -> N piece                the same, and its last answer
 *   stateless  R place name -> R piece                          the client
 *   cookie     O name -> O cookie   N cookie -> N cookie piece  the client, what the server sealed
 *
 * An empty piece is the end of the file. E answers what cannot be done; its body says why.
 */
#ifndef LAB_13_SERVICE_H
#define LAB_13_SERVICE_H

#include "addr.h"
#include "cookie.h"
#include "message.h"

enum way { STATEFUL, CACHED, STATELESS, COOKIE, WAYS };

/* What a server remembers of a client. */
struct memory {
    struct endpoint who; /* len is 0 if this place is free */
    int file_fd;
    uint32_t place;        /* where the next piece begins */
    struct message answer; /* cached: the last one */
};

enum { MEMORIES = 8 }; /* few, so that we see what happens when they are full */

struct service {
    enum way way;
    bool by_host; /* BUG ON PURPOSE: knows clients by their IP address alone (server -a) */
    unsigned char key[KEY_LEN];
    struct memory memories[MEMORIES];
    unsigned long requests, pieces;
};

/* Returns the way with that name, or WAYS. */
enum way find_way(const char *name);

/* Does what the request asks, and writes the answer. */
void serve_request(struct service *service, const struct endpoint *from,
                   const struct message *request, struct message *answer);

/* How many clients it remembers. */
int count_memories(const struct service *service);

#endif
