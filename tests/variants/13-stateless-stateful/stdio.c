/* stdio.c - a variant: the journal is written by stdio, flushed and synced. */
#include "bank.h"

static FILE *journal;

static void record(const struct deposit *d)
{
    fprintf(journal, "deposit %s %ld %ld\n", d->name, d->id, d->amount);
    if (fflush(journal) == EOF || fsync(fileno(journal)) == -1)
        die("the journal");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    if (!(journal = fdopen(open_journal(wish.journal, 0), "a")))
        die("fdopen");
    serve(bind_or_die(wish.port), record);
}
