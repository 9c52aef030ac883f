/* writes-through.c - a variant: the journal is opened
 * with O_DSYNC, and each write waits for the disk. */
#include "bank.h"

static int journal_fd;

static void record(const struct deposit *d)
{
    char line[TEXT_MAX];
    if (write_all(journal_fd, line, (size_t)write_line(line, d)) == -1)
        die("the journal");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    journal_fd = open_journal(wish.journal, O_DSYNC);
    serve(bind_or_die(wish.port), record);
}
