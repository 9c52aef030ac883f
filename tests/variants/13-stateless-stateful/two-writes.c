/* two-writes.c - a variant: a record is written in two
 * calls, and the newline, the second one, makes it valid. */
#include "bank.h"

static int journal_fd;

static void record(const struct deposit *d)
{
    char line[TEXT_MAX];
    size_t len = (size_t)write_line(line, d);
    if (write_all(journal_fd, line, len - 1) == -1 || fdatasync(journal_fd) == -1 ||
        write_all(journal_fd, "\n", 1) == -1 || fdatasync(journal_fd) == -1)
        die("the journal");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    journal_fd = open_journal(wish.journal, 0);
    serve(bind_or_die(wish.port), record);
}
