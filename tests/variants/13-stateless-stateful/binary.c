/* binary.c - a variant: the journal has records of a fixed size, each with a checksum. */
#include "bank.h"

struct record {
    struct deposit deposit;
    uint64_t sum;
};

static int journal_fd;

static uint64_t sum_of(const struct deposit *d)
{
    const unsigned char *bytes = (const void *)d;
    uint64_t sum = 14695981039346656037u; /* FNV-1a */
    for (size_t i = 0; i < sizeof *d; i++)
        sum = (sum ^ bytes[i]) * 1099511628211u;
    return sum;
}

static void record(const struct deposit *d)
{
    struct record r;
    memset(&r, 0, sizeof r);
    memcpy(r.deposit.name, d->name, strlen(d->name));
    r.deposit.id = d->id;
    r.deposit.amount = d->amount;
    r.sum = sum_of(&r.deposit);
    if (write_all(journal_fd, &r, sizeof r) == -1 || fdatasync(journal_fd) == -1)
        die("the journal");
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    struct record r;
    off_t end = 0;
    if ((journal_fd = open(wish.journal, O_RDWR | O_CREAT | O_APPEND, 0600)) == -1)
        die("%s", wish.journal);
    while (read(journal_fd, &r, sizeof r) == sizeof r && r.sum == sum_of(&r.deposit)) {
        execute(&r.deposit);
        end += (off_t)sizeof r;
    }
    if (ftruncate(journal_fd, end) == -1 || fsync(journal_fd) == -1)
        die("%s", wish.journal);
    sync_folder(wish.journal);
    serve(bind_or_die(wish.port), record);
}
