/* knock.c - open, closed or filtered; knock.h says what each function promises. */
#include "knock.h"

#include "diag.h"
#include "net.h"
#include "reach.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool parse_ports(const char *text, uint16_t *first, uint16_t *last)
{
    char low[8] = "";
    const char *dash = strchr(text, '-');
    long from, to;
    if (dash && (size_t)(dash - text) < sizeof low)
        memcpy(low, text, (size_t)(dash - text));
    if (!parse_number(dash ? low : text, 1, 65535, &from) ||
        !parse_number(dash ? dash + 1 : text, from, 65535, &to))
        return false;
    *first = (uint16_t)from;
    *last = (uint16_t)to;
    return true;
}

const char *verdict_name(enum verdict v)
{
    static const char *const name[] = {"open", "closed", "filtered", "open or filtered", "?"};
    return name[v];
}

enum verdict judge(int error)
{
    switch (error) {
    case 0:
    case ECONNRESET: /* somebody accepted, and has gone again */
        return OPEN;
    case ECONNREFUSED: /* TCP's RST, or ICMP's port unreachable */
        return CLOSED;
    case ETIMEDOUT:    /* nobody answers */
    case EHOSTUNREACH: /* ICMP: host unreachable, or prohibited: somebody on the way says no */
    case ENETUNREACH:  /* ICMP: net unreachable */
    case ENOPROTOOPT:  /* ICMP: protocol unreachable */
    case EACCES:       /* this machine's own firewall */
    case EPERM:
        return FILTERED;
    default:
        return NO_VERDICT;
    }
}

static enum verdict knock_tcp(const struct endpoint *peer, int wait, const char **why)
{
    int fd = reach(peer, SOCK_STREAM, 0, wait);
    int error = fd == -1 ? errno : 0;
    enum verdict v = judge(error);
    *why = error == ETIMEDOUT ? "no answer" : error ? errno_name(error) : "connected";
    if (fd != -1 && is_itself(fd)) {
        v = CLOSED; /* had anybody listened there, the kernel would not have chosen that port */
        *why = "a connection to itself";
    }
    if (fd != -1)
        close(fd);
    errno = error;
    return v;
}

/* UDP has no handshake. So it sends an empty datagram,
 * and an answer or an error may come. Or not. */
static enum verdict knock_udp(const struct endpoint *peer, int wait, const char **why)
{
    char answer[1];
    int fd = reach(peer, SOCK_DGRAM, 0, wait);
    if (fd == -1) {
        *why = errno_name(errno);
        return judge(errno);
    }
    struct pollfd watch = {.fd = fd, .events = POLLIN};
    int error = send(fd, "", 0, 0) == -1 ? errno : 0;
    int n = error ? 1 : poll(&watch, 1, wait);
    if (n == -1 || (n > 0 && !error && recv(fd, answer, sizeof answer, 0) == -1))
        error = errno;
    close(fd);
    *why = n == 0 ? "no answer" : error ? errno_name(error) : "it has answered";
    errno = error;
    return n == 0 ? OPEN_OR_FILTERED : judge(error);
}

enum verdict knock(const struct endpoint *peer, bool udp, int wait, const char **why)
{
    return udp ? knock_udp(peer, wait, why) : knock_tcp(peer, wait, why);
}

static void set_port(struct endpoint *peer, uint16_t port)
{
    if (peer->addr.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&peer->addr)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)&peer->addr)->sin_port = htons(port);
}

int knock_at_all(const char *host, const char *ports, bool udp, int wait)
{
    uint16_t first, last;
    int open = 0;
    if (!parse_ports(ports, &first, &last))
        die_usage("'%s' is no port, and no range like 20-80, within 1 to 65535", ports);
    struct endpoint peer = resolve_or_die(host, first);
    for (int port = first; port <= last; port++) {
        const char *why;
        set_port(&peer, (uint16_t)port);
        enum verdict v = knock(&peer, udp, wait == -1 ? 1000 : wait, &why);
        if (v == NO_VERDICT)
            die("port %d", port);
        open += v == OPEN || v == OPEN_OR_FILTERED;
        if (v == OPEN || verbose)
            say("%d is %s: %s", port, verdict_name(v), why);
    }
    return open > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
