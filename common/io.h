/* io.h - moves all the bytes, even if a call takes or gives only a part of them.
 * If a function fails, it returns -1 with errno set. None prints or exits. If a signal interrupts a
 * call (EINTR, signal(7)), the function makes the call again. But once `stop` is set it fails with
 * EINTR, so that a server stops when it is asked to. */
#ifndef SOCKET_LABS_IO_H
#define SOCKET_LABS_IO_H

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

/* Not 0 after SIGINT or SIGTERM has asked the program to stop. */
extern volatile sig_atomic_t stop;

/* From now on SIGINT and SIGTERM set `stop` and interrupt a blocking call. Returns 0 or -1. */
int stop_on_signals(void);

/* Calls send(2) until the kernel has all `len` bytes. Never raises SIGPIPE.
 * Returns 0, or -1 when an unknown part has been sent: EPIPE or ECONNRESET if
 * the peer is gone, EAGAIN if the time of the socket's SO_SNDTIMEO is over. */
int send_all(int fd, const void *data, size_t len);

/* Calls recv(2) once. Returns the number of bytes, from 1 to `len`; 0 at end of stream; or -1. */
ssize_t recv_some(int fd, void *data, size_t len);

/* Calls recv(2) until it has `len` bytes. Returns the number of bytes, which is less than `len`
 * only if the stream ended first; or -1. */
ssize_t recv_exact(int fd, void *data, size_t len);

/* Calls write(2) until all `len` bytes are written: files, pipes, terminals. Returns 0 or -1. */
int write_all(int fd, const void *data, size_t len);

#endif
