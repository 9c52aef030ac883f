/* descriptor.h - lab 03: a descriptor as ancillary data, SCM_RIGHTS (unix(7), cmsg(3)).
 * Nothing here prints or exits. */
#ifndef UNIX_SOCKETS_DESCRIPTOR_H
#define UNIX_SOCKETS_DESCRIPTOR_H

/* Sends `fd` over the Unix socket `socket_fd`; `fd` stays open
 * here. Returns 0 or -1 with errno set. Calls sendmsg(2). */
int send_descriptor(int socket_fd, int fd);

/* Receives one descriptor. Returns it, and the caller closes it; or -1 if the stream ended, or what
 * came had no descriptor with it. Calls recvmsg(2). */
int receive_descriptor(int socket_fd);

#endif
