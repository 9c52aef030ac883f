/* request.h - reads the head of an HTTP/1.1 request
 * (RFC 9112), as far as a server of files needs it. */
#ifndef SOCKET_LABS_REQUEST_H
#define SOCKET_LABS_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum { HEAD_MAX = 8192 }; /* a head with its empty line; a longer one is answered with 431 */

struct request {
    char line[80];   /* method and target, cut, to be printed: nothing but visible characters */
    char path[1024]; /* decoded, without the first slash and what follows a question mark */
    bool head_only;  /* HEAD */
    bool stays; /* the client wants to send another request on this connection (RFC 9112, 9.3) */
};

/* Returns the length of the head that `data` begins with,
 * its empty line included, or 0 if that has not come yet. */
size_t head_length(const char *data, size_t len);

/* Reads a head of that length. Returns 200, or what the answer must be: 400, 405 or 505. Then the
 * connection must be closed, because nobody knows where the next request begins. */
int read_request(const char *head, size_t len, struct request *request);

#endif
