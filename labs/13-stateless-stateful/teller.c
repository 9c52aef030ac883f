/* teller.c - lab 13: brings deposits to the bank of
 * the exercise, and asks again if no answer comes.
 *
 * Shows:      what a bank makes of lost, repeated and late requests: only its answers count.
 * Run this:   ./teller -t 20 -r 2 ana
 * See this:   teller: deposit ana 1 10: no answer, though I asked 2 times
 * Try:        with your bank: -n 30, and a firewall that loses every third answer; kill -9 for the
 *             bank in between, and start it again.
 */
#include "call.h"
#include "diag.h"
#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 100 };

struct options {
    uint16_t port;
    long first, count, amount;
};

static const char help[] =
    "usage: teller [-v] [-a AMOUNT] [-f ID] [-n COUNT] [-p PORT] [-r TRIES] [-t MILLISECONDS] "
    "NAME\n"
    "Makes deposits at the bank of lab 13's exercise, one after the other.\n\n"
    "  -a AMOUNT  the amount of each, 1 to 1000000000 (10)\n"
    "  -f ID      the first one's id, 0 to 4294967295; the others follow (1)\n"
    "  -n COUNT   how many deposits, 1 to 1000000 (1)\n"
    "  -p PORT    the bank's port, 1 to 65535 (5013)\n"
    "  -r TRIES   ask so many times for each, 1 to 1000 (25)\n"
    "  -t MILLISECONDS  ask again if no answer has come for so long, 1 to 60000 (200)\n"
    "  -v         print each request\n"
    "  -h         print this help";

static struct options parse_options(int argc, char *argv[], struct caller *caller)
{
    struct options opt = {.port = 5013, .first = 1, .count = 1, .amount = 10};
    for (int c; (c = next_option(argc, argv, "a:f:n:p:r:t:", help)) != -1;) {
        if (c == 'a')
            opt.amount = number_option(c, "an amount", 1, 1000000000);
        else if (c == 'f')
            opt.first = number_option(c, "an id", 0, 4294967295);
        else if (c == 'n')
            opt.count = number_option(c, "a count", 1, 1000000);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a bank's port", 1, 65535);
        else if (c == 'r')
            caller->tries = (int)number_option(c, "a count", 1, 1000);
        else if (c == 't')
            caller->patience = (int)number_option(c, "a time in milliseconds", 1, 60000);
    }
    if (optind != argc - 1 || strlen(argv[optind]) > 16)
        die_usage("one NAME of 1 to 16 letters, please");
    return opt;
}

/* An answer names the deposit: "done ana 7 70" is one
 * to "deposit ana 7 10". The amount is not in it. */
static bool fits(const void *request, const unsigned char *data, size_t len)
{
    const char *name_and_id = (const char *)request + strlen("deposit ");
    const char *last = strrchr(name_and_id, ' ');
    size_t same = last ? (size_t)(last - name_and_id) : 0;
    const unsigned char *blank = memchr(data, ' ', len);
    size_t rest = blank ? len - (size_t)(blank + 1 - data) : 0;
    return last && blank && rest >= same && memcmp(blank + 1, name_and_id, same) == 0 &&
           (rest == same || blank[1 + same] == ' ');
}

/* Returns true if the bank has executed it. */
static bool deposit(struct caller *caller, const char *name, long id, long amount)
{
    char text[TEXT_MAX];
    unsigned char answer[TEXT_MAX + 1];
    int len = snprintf(text, sizeof text, "deposit %s %ld %ld", name, id, amount);
    ssize_t n = call(caller, text, (size_t)len, fits, text, answer, TEXT_MAX);
    if (n == -1)
        die_plain("%s: no answer, though I asked %d times", text, caller->tries);
    say("%s: %.*s", text, (int)n, (char *)answer);
    return n >= 5 && memcmp(answer, "done ", 5) == 0;
}

int main(int argc, char *argv[])
{
    diag_init("teller");
    struct caller caller = {.patience = 200, .tries = 25};
    struct options opt = parse_options(argc, argv, &caller);
    struct endpoint bank = resolve_or_die("127.0.0.1", opt.port);
    long done = 0;
    if (open_caller(&caller, &bank, 0) == -1)
        die("connect to port %u", opt.port);
    for (long i = 0; i < opt.count; i++)
        done += deposit(&caller, argv[optind], opt.first + i, opt.amount);
    say("%ld of %ld deposits done, asked %ld times, %ld answers that nobody waited for", done,
        opt.count, caller.requests, caller.strays);
    close(caller.fd);
    return done == opt.count ? EXIT_SUCCESS : EXIT_FAILURE;
}
