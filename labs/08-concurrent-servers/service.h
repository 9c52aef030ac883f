/* service.h - what the six servers of this lab have
 * in common, so that each shows only what is its own. */
#ifndef SOCKET_LABS_SERVICE_H
#define SOCKET_LABS_SERVICE_H

#include <stdint.h>

/* The options that all of them have, for next_option and for a help. */
#define SERVICE_OPTIONS "l:p:"
#define SERVICE_HELP                                                                               \
    "  -l LENGTH   how many clients may wait in the listener's queue, 0 to 4096 (4096)\n"          \
    "  -p PORT     the port to bind, 0 to 65535; 0: the kernel chooses (5008)\n"                   \
    "  -v          print each accept with its result\n"                                            \
    "  -h          print this help"

struct service {
    uint16_t port;
    int queue;
};

/* What -p and -l are if nobody gives them. */
struct service default_service(void);

/* Takes the option `c` that next_option has just returned, if it is -p or -l. */
void set_service(struct service *service, int c);

/* Raises the limit of descriptors, opens the listening socket and announces it. From then on SIGINT
 * and SIGTERM set `stop`. Returns the descriptor; prints why and exits 1 if it cannot be had. */
int open_service(const struct service *service);

/* Waits for the next client. If a limit keeps it from being accepted,
 * says so once, and tries again every tenth of a second: some client may
 * have left. Returns the connection, or -1 if the server shall stop. */
int next_client(int listen_fd);

/* Says `refused` and the limit that the call met,
 * for a server that takes fewer clients than come. */
void say_limit(const char *refused, int error);

/* The end of a server: closes, says so. Returns the exit status. */
int close_service(int listen_fd);

#endif
