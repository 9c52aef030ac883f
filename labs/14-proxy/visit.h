/* visit.h - one client's connection to the web server, with all the requests on it. */
#ifndef SOCKET_LABS_VISIT_H
#define SOCKET_LABS_VISIT_H

#include "addr.h"
#include "request.h"

struct visit {
    int fd, folder_fd;
    bool proxied;                   /* it begins with a line of the PROXY protocol */
    char client[ENDPOINT_TEXT_MAX]; /* who it is; with such a line, who that says it is */
    char data[HEAD_MAX];            /* what has come and was not answered yet */
    size_t len;
};

/* Answers all requests, until the client has gone or may not
 * send another one. Closes the connection, and frees the visit. */
void serve_visit(struct visit *v);

#endif
