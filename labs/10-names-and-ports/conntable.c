/* conntable.c - lab 10: the TCP sockets of this network with names, as netstat shows them.
 *
 * Shows:      a name in such a table is what somebody says of an
 *             address; only the numbers are the kernel's.
 * Run this:   ./server
 *             ./conntable -n -l
 * See this:   conntable: 127.0.0.1:5010         0.0.0.0:*              LISTEN        0
 * Try:        ./conntable without -n: which of its names come from a file, and which from a server?
 */
#include "diag.h"
#include "table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] = "usage: conntable [-v] [-n] [-l | -s STATE]\n"
                           "Lists the TCP sockets: local end, remote end, state, owner.\n\n"
                           "  -l        only those that listen\n"
                           "  -n        no names, but the numbers that the kernel has\n"
                           "  -s STATE  only those in this state, ESTABLISHED for instance\n"
                           "  -v        print what each call returns\n"
                           "  -h        print this help";

/* Prints the sockets of one file, or those in the state `only`. Returns 0, or -1 with errno. */
static int print_table(const char *path, const char *only, bool numeric)
{
    FILE *table = fopen(path, "r");
    trace("fopen(%s) = %s", path, table ? "a stream" : errno_name(errno));
    if (!table)
        return -1;
    char *line = NULL, local[END_TEXT_MAX], remote[END_TEXT_MAX];
    size_t room = 0;
    while (getline(&line, &room, table) != -1) {
        struct row row;
        if (parse_row(line, &row) && (!only || strcmp(row.state, only) == 0))
            say("%-21s  %-21s  %-12s  %u", name_end(&row.local, numeric, local),
                name_end(&row.remote, numeric, remote), row.state, row.uid);
    }
    int error = ferror(table) ? errno : 0;
    free(line);
    fclose(table);
    errno = error;
    return error == 0 ? 0 : -1;
}

int main(int argc, char *argv[])
{
    diag_init("conntable");
    const char *only = NULL;
    bool numeric = false;
    for (int c; (c = next_option(argc, argv, "lns:", help)) != -1;) {
        if (c == 'n')
            numeric = true;
        else if (c == 'l')
            only = "LISTEN";
        else if (!(only = find_state(optarg)))
            die_usage("-s '%s': there is no such state; ESTABLISHED is one", optarg);
    }
    if (optind != argc)
        die_usage("'%s': takes options only", argv[optind]);

    if (print_table("/proc/net/tcp", only, numeric) == -1)
        die("read /proc/net/tcp");
    /* Without IPv6 there is no such file, and no socket is missing. */
    if (print_table("/proc/net/tcp6", only, numeric) == -1 && errno != ENOENT)
        die("read /proc/net/tcp6");
    return EXIT_SUCCESS;
}
