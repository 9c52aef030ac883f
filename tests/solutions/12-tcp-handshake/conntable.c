/* conntable.c - a model solution: the TCP sockets of this network, as the kernel lists them. */
#include "diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kernel's numbers are in its include/net/tcp_states.h, the names in RFC 9293, section 3.3.2. A
 * number that is in neither is a `?`. */
static const char *const state_names[] = {"?",          "ESTABLISHED", "SYN-SENT",  "SYN-RECEIVED",
                                          "FIN-WAIT-1", "FIN-WAIT-2",  "TIME-WAIT", "CLOSED",
                                          "CLOSE-WAIT", "LAST-ACK",    "LISTEN",    "CLOSING"};

enum { STATES = sizeof state_names / sizeof state_names[0], END_TEXT_MAX = 56 };

/* One line of the kernel's table. An address is still in the kernel's digits: 8, or 32 for IPv6. */
struct row {
    struct end {
        char digits[33];
        unsigned port;
    } local, remote;
    unsigned state, uid;
};

static const char help[] = "usage: conntable [-v] [-l | -s STATE]\n"
                           "Lists the TCP sockets: local end, remote end, state, owner.\n\n"
                           "  -l        only those that listen\n"
                           "  -s STATE  only those in this state, ESTABLISHED for instance";

/* Returns false if the line is no socket: the first line of each file is a heading. */
static bool parse_row(const char *line, struct row *row)
{
    return sscanf(line, "%*d: %32[0-9A-F]:%x %32[0-9A-F]:%x %x %*s %*s %*s %u", row->local.digits,
                  &row->local.port, row->remote.digits, &row->remote.port, &row->state,
                  &row->uid) == 6;
}

/* The kernel reads each four bytes of an address as one number of this machine, and prints that. Read
 * back, the number in memory is the same four bytes: network byte order. The port is only a number. */
static const char *format_end(const struct end *end, char text[static END_TEXT_MAX])
{
    uint32_t words[4] = {0};
    size_t count = strlen(end->digits) / 8;
    for (size_t i = 0; i < count; i++)
        sscanf(end->digits + 8 * i, "%8" SCNx32, &words[i]);
    char host[INET6_ADDRSTRLEN], port[12] = "*"; /* port 0 means no port */
    inet_ntop(count == 1 ? AF_INET : AF_INET6, words, host, sizeof host);
    if (end->port != 0)
        snprintf(port, sizeof port, "%u", end->port);
    snprintf(text, END_TEXT_MAX, count == 1 ? "%s:%s" : "[%s]:%s", host, port);
    return text;
}

/* Prints the sockets of one file, or those in the state `only`. Returns 0, or -1 with errno. */
static int print_table(const char *path, const char *only)
{
    FILE *table = fopen(path, "r");
    trace("fopen(%s) = %s", path, table ? "a stream" : errno_name(errno));
    if (!table)
        return -1;
    char *line = NULL, local[END_TEXT_MAX], remote[END_TEXT_MAX];
    size_t room = 0;
    while (getline(&line, &room, table) != -1) {
        struct row row;
        if (!parse_row(line, &row))
            continue;
        const char *state = state_names[row.state < STATES ? row.state : 0];
        if (!only || strcmp(state, only) == 0)
            say("%-21s  %-21s  %-12s  %u", format_end(&row.local, local),
                format_end(&row.remote, remote), state, row.uid);
    }
    int error = ferror(table) ? errno : 0;
    free(line);
    fclose(table);
    errno = error;
    return error == 0 ? 0 : -1;
}

static const char *state_option(const char *name)
{
    for (size_t i = 1; i < STATES; i++)
        if (strcmp(state_names[i], name) == 0)
            return name;
    die_usage("-s '%s': there is no such state; ESTABLISHED is one", name);
}

int main(int argc, char *argv[])
{
    diag_init("conntable");
    const char *only = NULL;
    for (int c; (c = next_option(argc, argv, "ls:", help)) != -1;)
        only = c == 'l' ? "LISTEN" : state_option(optarg);
    if (optind != argc)
        die_usage("'%s': takes options only", argv[optind]);

    if (print_table("/proc/net/tcp", only) == -1)
        die("read /proc/net/tcp");
    /* Without IPv6 there is no such file, and no socket is missing. */
    if (print_table("/proc/net/tcp6", only) == -1 && errno != ENOENT)
        die("read /proc/net/tcp6");
    return EXIT_SUCCESS;
}
