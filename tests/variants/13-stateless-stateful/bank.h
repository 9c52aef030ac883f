/* bank.h - what the variants of lab 13's bank do
 * alike: the form of a request, the list, the loop. */
#ifndef VARIANT_BANK_H
#define VARIANT_BANK_H

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
    long id, amount, balance;
};

static struct deposit *deposits;
static size_t count, room;

struct wishes {
    uint16_t port;
    const char *journal;
};

static inline struct wishes parse_wishes(int argc, char *argv[])
{
    struct wishes wish = {.port = 5013};
    for (int c; (c = next_option(argc, argv, "j:p:", "usage: server -j FILE [-p PORT]")) != -1;) {
        if (c == 'p')
            wish.port = (uint16_t)number_option(c, "a port", 0, 65535);
        else
            wish.journal = optarg;
    }
    if (!wish.journal)
        die_usage("-j FILE, the journal");
    return wish;
}

/* Reads digits without a needless zero, and moves *text behind them. */
static inline bool read_number(const char **text, long min, long max, long *number)
{
    char digits[12];
    size_t len = strspn(*text, "0123456789");
    if (len == 0 || len > 10 || (len > 1 && **text == '0'))
        return false;
    memcpy(digits, *text, len);
    digits[len] = 0;
    *text += len;
    *number = atol(digits);
    return *number >= min && *number <= max;
}

static inline bool read_name(const char **text, char name[static 17])
{
    size_t len = strspn(*text, "abcdefghijklmnopqrstuvwxyz");
    if (len == 0 || len > 16)
        return false;
    memcpy(name, *text, len);
    name[len] = 0;
    *text += len;
    return true;
}

static inline bool read_word(const char **text, const char *word)
{
    size_t len = strlen(word);
    bool same = strncmp(*text, word, len) == 0;
    *text += same ? len : 0;
    return same;
}

static inline bool is_deposit(const char *text, struct deposit *d)
{
    return read_word(&text, "deposit ") && read_name(&text, d->name) && read_word(&text, " ") &&
           read_number(&text, 0, 4294967295, &d->id) && read_word(&text, " ") &&
           read_number(&text, 1, 1000000000, &d->amount) && !*text;
}

static inline bool is_question(const char *text, char name[static 17])
{
    return read_word(&text, "balance ") && read_name(&text, name) && !*text;
}

static inline long balance_of(const char *name)
{
    for (size_t i = count; i > 0; i--)
        if (strcmp(deposits[i - 1].name, name) == 0)
            return deposits[i - 1].balance;
    return 0;
}

static inline struct deposit *find(const struct deposit *d)
{
    for (size_t i = 0; i < count; i++)
        if (deposits[i].id == d->id && strcmp(deposits[i].name, d->name) == 0)
            return &deposits[i];
    return NULL;
}

static inline void execute(struct deposit *d)
{
    if (count == room && !(deposits = realloc(deposits, (room += 1000) * sizeof *deposits)))
        die("memory");
    d->balance = balance_of(d->name) + d->amount;
    deposits[count++] = *d;
}

/* Executes the whole lines of the journal. Returns how many bytes they have. */
static inline off_t replay(FILE *file)
{
    char line[TEXT_MAX];
    off_t end = 0;
    for (struct deposit d; fgets(line, sizeof line, file) && strchr(line, '\n');) {
        end += (off_t)strlen(line);
        *strchr(line, '\n') = 0;
        if (!is_deposit(line, &d))
            die_plain("the journal has no deposit here: %s", line);
        execute(&d);
    }
    return end;
}

/* A new journal is a new entry of its folder. */
static inline void sync_folder(const char *path)
{
    char folder[4096] = ".";
    const char *slash = strrchr(path, '/');
    if (slash)
        snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY);
    if (fd == -1 || fsync(fd) == -1)
        die("%s", folder);
    close(fd);
}

/* Opens the journal with these flags too, replays it, and cuts off what is not whole. */
static inline int open_journal(const char *path, int flags)
{
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0600);
    FILE *file = fd == -1 ? NULL : fdopen(dup(fd), "r");
    if (!file || ftruncate(fd, replay(file)) == -1 || fsync(fd) == -1)
        die("%s", path);
    fclose(file);
    sync_folder(path);
    return fd;
}

static inline int bind_or_die(uint16_t port)
{
    struct endpoint where = resolve_or_die("127.0.0.1", port);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&where.addr, where.len) == -1)
        die("bind port %u", port);
    return fd;
}

/* Writes a deposit to the journal; it is on the disk when this returns. */
typedef void recorder(const struct deposit *d);

/* Writes the answer to a request of `n` bytes, behind
 * which there is room for a NUL. Returns its length, or 0. */
static inline int answer(char *text, ssize_t n, char *out, recorder *record)
{
    struct deposit d, *old;
    char name[17];
    if (n < 0)
        return 0;
    text[n] = 0;
    if ((size_t)n != strlen(text))
        return 0;
    if (is_question(text, name))
        return snprintf(out, TEXT_MAX, "balance %s %ld", name, balance_of(name));
    if (!is_deposit(text, &d))
        return 0;
    if ((old = find(&d)) && old->amount != d.amount)
        return snprintf(out, TEXT_MAX, "refused %s %ld", d.name, d.id);
    if (!old) {
        record(&d);
        execute(&d);
    }
    return snprintf(out, TEXT_MAX, "done %s %ld %ld", d.name, d.id, find(&d)->balance);
}

static inline void serve(int fd, recorder *record)
{
    for (char text[TEXT_MAX + 1], out[TEXT_MAX];;) {
        struct endpoint from = {.len = sizeof from.addr};
        ssize_t n = recvfrom(fd, text, TEXT_MAX, 0, (struct sockaddr *)&from.addr, &from.len);
        if (n == -1 && errno != EINTR)
            die("recvfrom");
        int len = answer(text, n, out, record);
        if (len > 0)
            sendto(fd, out, (size_t)len, 0, (struct sockaddr *)&from.addr, from.len);
    }
}

static inline int write_line(char line[static TEXT_MAX], const struct deposit *d)
{
    return snprintf(line, TEXT_MAX, "deposit %s %ld %ld\n", d->name, d->id, d->amount);
}

#endif
