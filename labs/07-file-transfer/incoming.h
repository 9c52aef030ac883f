/* incoming.h - takes a file from a sender: the receiver's part of the protocol. */
#ifndef SOCKET_LABS_INCOMING_H
#define SOCKET_LABS_INCOMING_H

#include "way.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the receiver wants. */
struct wishes {
    const char *path;     /* the file's final name */
    enum way way;         /* BY_READ or BY_SPLICE */
    size_t chunk;         /* bytes a call, at most */
    uint64_t longest;     /* bytes of a file */
    long patience;        /* seconds that a sender may be silent */
    bool resume;          /* keep the part of a long offer that was cut */
    bool nothing, digest; /* keep nothing; print the SHA-256 */
};

/* Receives one file on this connection, and answers "Gracias" when it
 * has its name. Says each step, and why there is no file. Leaves nothing
 * behind but the file, or what -c keeps; the caller closes `fd`. */
void receive_file(int fd, const struct wishes *wish);

#endif
