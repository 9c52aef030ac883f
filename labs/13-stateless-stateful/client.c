/* client.c - lab 13: reads a file in pieces, and asks again if no answer comes.
 *
 * Shows:      how many requests, round trips and bytes that takes, and which pieces came.
 * Run this:   seq 20 >numbers && ./server -m stateless
 *             ./client -s -n 3 numbers
 * See this:   client: 3 pieces in 3 round trips, asked 3 times: 42 bytes there, 18 back
 * Try:        -v; -w, to stop the server in between and start it again; two clients at a time.
 */
#include "diag.h"
#include "net.h"
#include "reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    uint16_t port, local_port;
    long count;
    bool by_hand;
};

static const char help[] =
    "usage: client [-svw] [-b PORT] [-n COUNT] [-p PORT] [-t MILLISECONDS] NAME\n"
    "Reads a file of the server in pieces, by UDP, and prints it.\n\n"
    "  -b PORT    send from this port, 0 to 65535; 0: the kernel chooses (0)\n"
    "  -n COUNT   at most so many pieces, 1 to 1000000 (1000000)\n"
    "  -p PORT    the server's port, 1 to 65535 (5013)\n"
    "  -s         stateless: say everything in each request\n"
    "  -t MILLISECONDS  ask again if no answer has come for so long, 1 to 60000 (200)\n"
    "  -v         print each request\n"
    "  -w         wait for Enter before each piece\n"
    "  -h         print this help";

static struct options parse_options(int argc, char *argv[], struct reading *reading)
{
    struct options opt = {.port = 5013, .count = 1000000};
    reading->caller.patience = 200;
    for (int c; (c = next_option(argc, argv, "b:n:p:st:w", help)) != -1;) {
        reading->stateless |= c == 's';
        opt.by_hand |= c == 'w';
        if (c == 'b')
            opt.local_port = (uint16_t)number_option(c, "a port", 0, 65535);
        else if (c == 'n')
            opt.count = number_option(c, "a count", 1, 1000000);
        else if (c == 'p')
            opt.port = (uint16_t)number_option(c, "a server's port", 1, 65535);
        else if (c == 't')
            reading->caller.patience = (int)number_option(c, "a time in milliseconds", 1, 60000);
    }
    if (optind != argc - 1 || strlen(argv[optind]) > NAME_LEN)
        die_usage("one NAME of 1 to %d letters, please", NAME_LEN);
    reading->name = argv[optind];
    return opt;
}

static _Noreturn void give_up(const struct reading *reading)
{
    if (errno == EPROTO)
        die_plain("refused: %.*s", (int)reading->cookie.len, (const char *)reading->cookie.body);
    die("asked %d times", reading->caller.tries);
}

/* Returns how many pieces came, and prints them. Says whether the last line has no end. */
static long read_file(struct reading *reading, const struct options *opt, bool *open_line)
{
    unsigned char piece[BODY_MAX + 1];
    long pieces = 0;
    for (char line[16]; pieces < opt->count; pieces++) {
        if (opt->by_hand && !fgets(line, sizeof line, stdin))
            break;
        ssize_t n = next_piece(reading, piece);
        if (n == -1)
            give_up(reading);
        if (n == 0)
            break;
        piece[n] = 0;
        if (opt->by_hand)
            say("piece %ld: %.*s", pieces + 1, (int)strcspn((char *)piece, "\n "), piece);
        else
            fwrite(piece, 1, (size_t)n, stdout);
        *open_line = piece[n - 1] != '\n';
    }
    return pieces;
}

int main(int argc, char *argv[])
{
    diag_init("client");
    struct reading reading = {.caller.tries = 25};
    struct options opt = parse_options(argc, argv, &reading);
    struct endpoint server = resolve_or_die("127.0.0.1", opt.port);
    const struct caller *caller = &reading.caller;
    bool open_line = false;
    if (open_caller(&reading.caller, &server, opt.local_port) == -1)
        die("connect to port %u", opt.port);
    if (begin_reading(&reading) == -1)
        give_up(&reading);
    long pieces = read_file(&reading, &opt, &open_line);
    if (open_line && !opt.by_hand)
        putchar('\n');
    say("%ld pieces in %ld round trips, asked %ld times: %ld bytes there, %ld back", pieces,
        caller->calls, caller->requests, caller->bytes_there, caller->bytes_back);
    close(caller->fd);
    return EXIT_SUCCESS;
}
