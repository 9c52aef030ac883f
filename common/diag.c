/* diag.c - events, traces and errors; diag.h says what each function promises. */
#include "diag.h"

#include "addr.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool verbose;

static const char *role = "?";

void diag_init(const char *name)
{
    role = name;
    const char *names[] = {"input", "output", "error"};
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1)
            die("standard %s is closed", names[fd]);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

/* Prints `role<mark> text` and `end`, in one piece: no other thread's line comes in between. */
static void print(FILE *out, const char *mark, const char *fmt, va_list args, const char *end)
{
    flockfile(out);
    fprintf(out, "%s%s ", role, mark);
    vfprintf(out, fmt, args);
    fputs(end, out);
    funlockfile(out);
}

void say(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    print(stdout, ":", fmt, args, "\n");
    va_end(args);
    if (ferror(stdout))
        die("write to standard output");
}

void trace(const char *fmt, ...)
{
    if (!verbose)
        return;
    int error = errno;
    va_list args;
    va_start(args, fmt);
    print(stderr, "|", fmt, args, "\n");
    va_end(args);
    errno = error;
}

void die(const char *fmt, ...)
{
    int error = errno;
    va_list args;
    va_start(args, fmt);
    print(stderr, ":", fmt, args, "");
    va_end(args);
    fprintf(stderr, ": %s [%s]\n", strerror(error), errno_name(error));
    exit(EXIT_FAILURE);
}

void die_plain(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    print(stderr, ":", fmt, args, "\n");
    va_end(args);
    exit(EXIT_FAILURE);
}

void die_usage(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    print(stderr, ":", fmt, args, "\n");
    va_end(args);
    fprintf(stderr, "%s: -h shows the options\n", role);
    exit(2);
}

const char *errno_name(int error)
{
    const char *name = strerrorname_np(error);
    return name ? name : "?";
}

int next_option(int argc, char *argv[], const char *options, const char *help)
{
    char all[64];
    const struct option words[] = {{.name = "help", .val = 'h'}, {0}};
    snprintf(all, sizeof all, ":hv%s", options);
    for (int c; (c = getopt_long(argc, argv, all, words, NULL)) != -1;) {
        if (c == ':')
            die_usage("option -%c needs a value", optopt);
        if (c == '?' && (optopt == 0 || optopt == 'h')) /* a word; or --help=VALUE */
            die_usage("unknown option %s", argv[optind - 1]);
        if (c == '?')
            die_usage("unknown option -%c", optopt);
        if (c != 'h' && c != 'v')
            return c;
        if (c == 'h' && puts(help) == EOF)
            die("write to standard output");
        if (c == 'h')
            exit(EXIT_SUCCESS);
        verbose = true;
    }
    return -1;
}

long number_option(int option, const char *what, long min, long max)
{
    long number;
    if (!parse_number(optarg, min, max, &number))
        die_usage("-%c '%s': %s is a whole number from %ld to %ld", option, optarg, what, min, max);
    return number;
}
