/* server_socket.h - the raw sockets of server: each receives echo requests, and nothing else. */
#ifndef SOCKET_LABS_SERVER_SOCKET_H
#define SOCKET_LABS_SERVER_SOCKET_H

#include "addr.h"
#include "icmp.h"

#include <stdalign.h>

struct request {
    uint8_t packet[PACKET_MAX];
    size_t len;
    struct endpoint from;
    alignas(struct cmsghdr) char control[256]; /* which of our addresses it was sent to */
    size_t control_len;
};

/* Opens a SOCK_RAW socket for the echo requests to this host. Returns its descriptor, or -1 if the
 * host has no IPv6; exits 1 if it fails otherwise. */
int open_server_socket(int family);

/* Waits for a request. Returns false if a signal interrupted it. */
bool receive_request(int fd, struct request *r);

/* Sends an answer to where the request came from, from the address that it was sent to. Returns
 * false, with errno set, if that fails. */
bool send_answer(int fd, struct request *r, void *answer, size_t len);

/* Does the kernel answer IPv4 echo requests too? Then each request gets two answers. */
bool kernel_answers(void);

#endif
