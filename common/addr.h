/* addr.h - turns what a person types into a socket address, and back.
 * Ports here are in host byte order, as people write them. In a sockaddr they are in network byte
 * order (ip(7)). No function here prints, exits or leaves memory to free. */
#ifndef SOCKET_LABS_ADDR_H
#define SOCKET_LABS_ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* A socket address of any family, with the length that bind(2) and connect(2) ask for. */
struct endpoint {
    struct sockaddr_storage addr;
    socklen_t len;
};

/* Room for a formatted endpoint and the final NUL. The longest is "[IPv6 address%scope]:65535". */
enum { ENDPOINT_TEXT_MAX = 80 };

/* Reads the whole of `text` as a decimal number from `min` to `max`,
 * not negative. For anything else ("", "12x", " 1", "+1", "-1",
 * "99999999999999") returns false and leaves *number as it is. */
bool parse_number(const char *text, long min, long max, long *number);

/* Finds the address of `host` (a name, an IPv4 or an IPv6 address) with `port`. If there are
 * several, takes the first, IPv4 before IPv6. Returns 0, or an EAI_ code for gai_strerror(3). */
int resolve(const char *host, uint16_t port, struct endpoint *out);

/* Writes "127.0.0.1:5001" or "[::1]:5001" to `text`, or "?" for another family. Returns `text`. */
const char *format_endpoint(const struct endpoint *ep, char text[static ENDPOINT_TEXT_MAX]);

/* The same for this end (getsockname(2)) or the other end
 * (getpeername(2)) of a socket, or "?" if the kernel does not know it. */
const char *local_endpoint(int fd, char text[static ENDPOINT_TEXT_MAX]);
const char *peer_endpoint(int fd, char text[static ENDPOINT_TEXT_MAX]);

#endif
