/* tally.h - lab 09: what became of many connections, and who answered. Nothing here exits. */
#ifndef REUSEPORT_TALLY_H
#define REUSEPORT_TALLY_H

#include <stdbool.h>
#include <stddef.h>

enum { NAME_LONGEST = 15, NAMES_MOST = 64 };

/* How a connection ended. Only ANSWERED is a good end: a whole line, and the end of the stream. CUT
 * is an end of the stream before that, SILENT no end in time. */
enum outcome { ANSWERED, REFUSED, RESET, CUT, SILENT, OUTCOMES };

struct tally {
    long ended[OUTCOMES];
    struct {
        char name[NAME_LONGEST + 1];
        long answers;
    } by[NAMES_MOST]; /* in the order of their names */
    int names;
    long nameless; /* answers of those for whom `by` has no room */
};

/* True if a worker may have this name: 1 to NAME_LONGEST
 * bytes, none of them a blank or a control. */
bool check_name(const char *name);

/* Counts an end. For ANSWERED, `line` is what came, `len` bytes with the newline. */
void count_end(struct tally *tally, enum outcome outcome, const char *line, size_t len);

/* How a connection ended in which `error` came, 0 for
 * the end of the stream, after `len` bytes of `line`. */
enum outcome outcome_of(int error, const char *line, size_t len);

/* Prints a line for each worker, and one with all. Returns true if each connection was answered. */
bool report_tally(const struct tally *tally);

#endif
