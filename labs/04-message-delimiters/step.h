/* step.h - lets you decide when the next system call happens (option -s).
 *
 * Each function waits for Enter on standard input. After Ctrl-D, or any other end of standard
 * input, it does not wait any more. */
#ifndef SOCKET_LABS_STEP_H
#define SOCKET_LABS_STEP_H

/* Before a recv on the TCP socket `fd`. Afterwards
 * it says how many bytes are there to be received. */
void step_recv(int fd);

/* Before a send. */
void step_send(void);

#endif
