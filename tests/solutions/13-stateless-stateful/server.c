/* server.c - the model solution of lab 13's exercise, the bank.
 *
 * A deposit goes into the journal and to the disk, and only then to the client. The journal is
 * all that a bank needs to remember: a request that comes again gets the answer that is in it.
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TEXT_MAX = 100 };

struct deposit {
    char name[17];
    long id, amount, balance; /* the balance after it */
};

static struct deposit *deposits;
static size_t count, room;

static const char help[] = "usage: server -j FILE [-v] [-p PORT]\n"
                           "A bank that executes each deposit once. FILE is its journal.";

/* True if the text is just such a request. What is read must be, written again, the same. */
static bool parse_deposit(const char *text, struct deposit *d)
{
    char again[TEXT_MAX];
    if (sscanf(text, "deposit %16[a-z] %10ld %10ld", d->name, &d->id, &d->amount) != 3)
        return false;
    snprintf(again, sizeof again, "deposit %s %ld %ld", d->name, d->id, d->amount);
    return strcmp(again, text) == 0 && d->id >= 0 && d->id <= 4294967295 && d->amount >= 1 &&
           d->amount <= 1000000000;
}

static bool parse_question(const char *text, char name[static 17])
{
    char again[TEXT_MAX];
    if (sscanf(text, "balance %16[a-z]", name) != 1)
        return false;
    snprintf(again, sizeof again, "balance %s", name);
    return strcmp(again, text) == 0;
}

static long balance_of(const char *name)
{
    for (size_t i = count; i > 0; i--)
        if (strcmp(deposits[i - 1].name, name) == 0)
            return deposits[i - 1].balance;
    return 0;
}

static const struct deposit *find(const struct deposit *d)
{
    for (size_t i = 0; i < count; i++)
        if (deposits[i].id == d->id && strcmp(deposits[i].name, d->name) == 0)
            return &deposits[i];
    return NULL;
}

static void execute(struct deposit *d)
{
    if (count == room) {
        room = room * 2 + 100;
        if ((deposits = realloc(deposits, room * sizeof *deposits)) == NULL)
            die("memory for %zu deposits", room);
    }
    d->balance = balance_of(d->name) + d->amount;
    deposits[count++] = *d;
}

/* Reads what an earlier bank has left. A line without its end was cut when the bank died: nobody
 * has had an answer for it. */
static int open_journal(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd == -1)
        die("%s", path);
    FILE *file = fopen(path, "r");
    char line[TEXT_MAX];
    off_t end = 0;
    for (struct deposit d; file && fgets(line, sizeof line, file) && strchr(line, '\n');) {
        end += (off_t)strlen(line);
        line[strlen(line) - 1] = 0;
        if (!parse_deposit(line, &d))
            die_plain("%s: this is no deposit: %s", path, line);
        execute(&d);
    }
    if (!file || ftruncate(fd, end) == -1 || fsync(fd) == -1)
        die("%s", path);
    fclose(file);
    return fd;
}

/* A new journal is a new entry of its folder, which fsync of the file does not reach (lab 07). */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd == -1 || fsync(fd) == -1)
        die("the folder of %s", path);
    close(fd);
    free(folder);
}

static void record(int journal_fd, const struct deposit *d)
{
    char line[TEXT_MAX];
    int len = snprintf(line, sizeof line, "deposit %s %ld %ld\n", d->name, d->id, d->amount);
    if (write_all(journal_fd, line, (size_t)len) == -1 || fdatasync(journal_fd) == -1)
        die("the journal");
}

/* Writes the answer. Returns its length, 0 if there is none. */
static int answer(int journal_fd, const char *text, char *out)
{
    struct deposit d;
    char name[17];
    if (parse_question(text, name))
        return snprintf(out, TEXT_MAX, "balance %s %ld", name, balance_of(name));
    if (!parse_deposit(text, &d))
        return 0;
    const struct deposit *old = find(&d);
    if (old && old->amount != d.amount)
        return snprintf(out, TEXT_MAX, "refused %s %ld", d.name, d.id);
    if (!old) {
        record(journal_fd, &d);
        execute(&d);
        old = &d;
    }
    return snprintf(out, TEXT_MAX, "done %s %ld %ld", d.name, d.id, old->balance);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5013;
    const char *path = NULL;
    for (int c; (c = next_option(argc, argv, "j:p:", help)) != -1;) {
        if (c == 'p')
            port = number_option(c, "a port", 0, 65535);
        else
            path = optarg;
    }
    if (!path)
        die_usage("-j FILE, the journal");
    int journal_fd = open_journal(path), fd = socket(AF_INET, SOCK_DGRAM, 0);
    sync_folder(path);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("bind port %ld", port);
    for (char text[TEXT_MAX + 1], out[TEXT_MAX];;) {
        struct endpoint from = {.len = sizeof from.addr};
        ssize_t n = recvfrom(fd, text, TEXT_MAX, 0, (struct sockaddr *)&from.addr, &from.len);
        if (n == -1 && errno != EINTR)
            die("recvfrom");
        text[n > 0 ? n : 0] = 0;
        if (n == -1 || (size_t)n != strlen(text))
            continue;
        int len = answer(journal_fd, text, out);
        if (len > 0)
            sendto(fd, out, (size_t)len, 0, (struct sockaddr *)&from.addr, from.len);
    }
}
