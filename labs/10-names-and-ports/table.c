/* table.c - reads the kernel's table of sockets; table.h says what each function promises. */
#include "table.h"

#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* The kernel's numbers are in its include/net/tcp_states.h. One that is in neither is a `?`. */
static const char *const state_names[] = {"?",          "ESTABLISHED", "SYN-SENT",  "SYN-RECEIVED",
                                          "FIN-WAIT-1", "FIN-WAIT-2",  "TIME-WAIT", "CLOSED",
                                          "CLOSE-WAIT", "LAST-ACK",    "LISTEN",    "CLOSING"};

enum { STATES = sizeof state_names / sizeof *state_names, DIGITS_MAX = 33 };

/* The kernel reads each four bytes of an address as one number of
 * this machine, and prints that. Read back, the number in memory is
 * the same four bytes: network byte order. The port is only a number. */
static bool parse_end(const char *digits, unsigned port, struct endpoint *out)
{
    uint32_t words[4] = {0};
    size_t count = strlen(digits) / 8;
    for (size_t i = 0; i < count; i++)
        sscanf(digits + 8 * i, "%8" SCNx32, &words[i]);
    memset(out, 0, sizeof *out);
    if (count == 1) {
        struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        memcpy(&where.sin_addr, words, sizeof where.sin_addr);
        memcpy(&out->addr, &where, out->len = sizeof where);
    } else {
        struct sockaddr_in6 where = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        memcpy(&where.sin6_addr, words, sizeof where.sin6_addr);
        memcpy(&out->addr, &where, out->len = sizeof where);
    }
    return (count == 1 || count == 4) && strlen(digits) % 8 == 0 && port <= 65535;
}

bool parse_row(const char *line, struct row *row)
{
    char local[DIGITS_MAX], remote[DIGITS_MAX];
    unsigned local_port, remote_port, state;
    if (sscanf(line, "%*d: %32[0-9A-F]:%x %32[0-9A-F]:%x %x %*s %*s %*s %u", local, &local_port,
               remote, &remote_port, &state, &row->uid) != 6)
        return false;
    row->state = state_names[state < STATES ? state : 0];
    return parse_end(local, local_port, &row->local) &&
           parse_end(remote, remote_port, &row->remote);
}

const char *find_state(const char *name)
{
    for (size_t i = 1; i < STATES; i++)
        if (strcmp(state_names[i], name) == 0)
            return state_names[i];
    return NULL;
}

const char *name_end(const struct endpoint *end, bool numeric, char text[static END_TEXT_MAX])
{
    char host[NI_MAXHOST] = "?", service[NI_MAXSERV] = "?";
    const struct sockaddr *addr = (const struct sockaddr *)&end->addr;
    getnameinfo(addr, end->len, host, sizeof host, service, sizeof service,
                NI_NUMERICHOST | NI_NUMERICSERV);
    bool nobody =
        strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0; /* "any", and so nameless */
    /* Two calls: if no server answers for the host, the first
     * one fails, and the service has a name all the same. */
    if (!numeric && !nobody)
        getnameinfo(addr, end->len, host, sizeof host, NULL, 0, 0);
    if (!numeric)
        getnameinfo(addr, end->len, NULL, 0, service, sizeof service, 0);
    if (strcmp(service, "0") == 0)
        snprintf(service, sizeof service, "*"); /* no port: nobody is at the other end yet */
    snprintf(text, END_TEXT_MAX, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, service);
    return text;
}
