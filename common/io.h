/* io.h - all the bytes, whatever the kernel does: short counts, interruptions, vanished peers.
 * Each function returns -1 with errno set on failure, prints nothing and never exits. A call that a
 * signal interrupts (EINTR, signal(7)) is made again, unless `stop` is set: then it fails with
 * EINTR, so that a server that was asked to stop does. */
#ifndef SOCKET_LABS_IO_H
#define SOCKET_LABS_IO_H

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

/* Set once SIGINT or SIGTERM asked the program to stop. */
extern volatile sig_atomic_t stop;

/* From now on SIGINT and SIGTERM set `stop` and interrupt a blocking call. Returns 0 or -1. */
int stop_on_signals(void);

/* send(2) until all `len` bytes are handed to the kernel; never raises SIGPIPE. Returns 0 or -1;
 * after -1 an unknown part was sent (EPIPE or ECONNRESET: the peer is gone; EAGAIN: the socket's
 * SO_SNDTIMEO ran out). */
int send_all(int fd, const void *data, size_t len);

/* One recv(2): the number of bytes, from 1 to `len`; 0 at end of stream; or -1. */
ssize_t recv_some(int fd, void *data, size_t len);

/* recv(2) until `len` bytes are there. Returns the number of bytes, fewer than `len` only where
 * the stream ended first; or -1. */
ssize_t recv_exact(int fd, void *data, size_t len);

/* write(2) until all `len` bytes are written: for files, pipes and terminals. Returns 0 or -1. */
int write_all(int fd, const void *data, size_t len);

#endif
