/* test_diag.c - common/diag: what programs print, where, and with which status they end.
 *
 * Each case runs in a child whose stdout and stderr are pipes, for most of them end the process. */
// sources: common/diag.c common/addr.c
#include "diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

struct outcome {
    char out[1024], err[1024];
    int status;
};

static void read_to_end(int fd, char *text, size_t size)
{
    size_t have = 0;
    ssize_t n;
    while (have + 1 < size && (n = read(fd, text + have, size - 1 - have)) > 0)
        have += (size_t)n;
    text[have] = '\0';
    close(fd);
}

/* Runs `body` in a child, and gives what it printed and how it ended. */
static struct outcome in_child(void (*body)(void))
{
    struct outcome outcome;
    int out[2], err[2], wait_status;
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        close(out[0]), close(out[1]), close(err[0]), close(err[1]);
        stdout = fdopen(STDOUT_FILENO, "w"); /* as a program finds it: not used yet */
        body();
        fflush(stdout);
        _exit(0);
    }
    close(out[1]), close(err[1]);
    read_to_end(out[0], outcome.out, sizeof outcome.out);
    read_to_end(err[0], outcome.err, sizeof outcome.err);
    assert_int_equal(waitpid(pid, &wait_status, 0), pid);
    outcome.status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -WTERMSIG(wait_status);
    return outcome;
}

static void expect(void (*body)(void), int status, const char *out, const char *err)
{
    struct outcome o = in_child(body);
    assert_string_equal(o.out, out);
    assert_string_equal(o.err, err);
    assert_int_equal(o.status, status);
}

static void speaks(void)
{
    diag_init("role");
    say("listening on %d", 5001);
    verbose = false;
    trace("nobody asked");
    verbose = true;
    errno = ENOENT;
    trace("asked %s", "now");
    say("errno is %s", errno_name(errno));
}

static void events_go_to_stdout_and_traces_to_stderr(void **state)
{
    (void)state;
    expect(speaks, 0, "role: listening on 5001\nrole: errno is ENOENT\n", "role| asked now\n");
}

static void killed_after_an_event(void)
{
    diag_init("role");
    say("seen");
    raise(SIGKILL);
}

static void an_event_is_seen_in_a_pipe_when_it_happens(void **state)
{
    (void)state;
    expect(killed_after_an_event, -SIGKILL, "role: seen\n", "");
}

static void dies(void)
{
    diag_init("role");
    errno = EADDRINUSE;
    die("bind %s", "127.0.0.1:5001");
}

static void dies_plainly(void)
{
    diag_init("role");
    die_plain("no %s", "luck");
}

static void is_misused(void)
{
    diag_init("role");
    die_usage("what is %s", "-x");
}

static void errors_name_the_errno_and_have_their_status(void **state)
{
    (void)state;
    expect(dies, 1, "", "role: bind 127.0.0.1:5001: Address already in use [EADDRINUSE]\n");
    expect(dies_plainly, 1, "", "role: no luck\n");
    expect(is_misused, 2, "", "role: what is -x\nrole: -h shows the options\n");
}

static void has_no_stdout(void)
{
    close(STDOUT_FILENO);
    diag_init("role");
}

static void has_no_stdin(void)
{
    close(STDIN_FILENO);
    diag_init("role");
}

static void writes_to_a_full_disk(void)
{
    dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
    diag_init("role");
    say("lost");
}

static void asks_for_help_on_a_full_disk(void)
{
    static char *words[] = {"role", "-h", NULL};
    dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
    diag_init("role");
    next_option(2, words, "", "usage: role\n\n  -h  this help");
}

static void traces_on_a_full_disk(void)
{
    dup2(open("/dev/full", O_WRONLY), STDERR_FILENO);
    diag_init("role");
    verbose = true;
    errno = ENOENT;
    trace("lost");
    say("%s", errno_name(errno));
}

static void a_closed_or_full_stdout_is_an_error(void **state)
{
    (void)state;
    expect(has_no_stdout, 1, "", "role: standard output is closed: Bad file descriptor [EBADF]\n");
    expect(has_no_stdin, 1, "", "role: standard input is closed: Bad file descriptor [EBADF]\n");
    expect(writes_to_a_full_disk, 1, "",
           "role: write to standard output: No space left on device [ENOSPC]\n");
    expect(asks_for_help_on_a_full_disk, 1, "",
           "role: write to standard output: No space left on device [ENOSPC]\n");
}

static void a_trace_that_fails_keeps_errno(void **state)
{
    (void)state;
    expect(traces_on_a_full_disk, 0, "role: ENOENT\n", "");
}

static void errno_name_knows_names(void **state)
{
    (void)state;
    assert_string_equal(errno_name(ECONNREFUSED), "ECONNREFUSED");
    assert_string_equal(errno_name(EAGAIN), "EAGAIN");
    assert_string_equal(errno_name(99999), "?");
}

/* ---- options ---- */

static char *words[8];
static const char help[] = "usage: role";

static void reads_options(void)
{
    int count = 0;
    while (words[count])
        count++;
    diag_init("role");
    for (int c; (c = next_option(count, words, "fp:", help)) != -1;)
        if (c == 'p')
            say("p %ld", number_option(c, "a port", 1, 65535));
        else
            say("%c", c);
    say("%s, then %s", verbose ? "verbose" : "quiet", words[optind] ? words[optind] : "nothing");
}

static void expect_options(const char *one, const char *two, int status, const char *out,
                           const char *err)
{
    const char *line[] = {"role", one, two, NULL};
    for (size_t i = 0; i < 4; i++)
        words[i] = line[i] ? strdup(line[i]) : NULL;
    expect(reads_options, status, out, err);
    for (size_t i = 0; words[i]; i++)
        free(words[i]);
}

static void options_are_read_or_refused_with_their_range(void **state)
{
    (void)state;
    expect_options("-vf", "word", 0, "role: f\nrole: verbose, then word\n", "");
    expect_options("-p", "7", 0, "role: p 7\nrole: quiet, then nothing\n", "");
    expect_options("-h", NULL, 0, "usage: role\n", "");
    expect_options("word", "--help", 0, "usage: role\n", "");
    expect_options("-p", "--help", 2, "",
                   "role: -p '--help': a port is a whole number from 1 to 65535\n"
                   "role: -h shows the options\n");
    expect_options("--x", NULL, 2, "", "role: unknown option --x\nrole: -h shows the options\n");
    expect_options("--help=x", NULL, 2, "",
                   "role: unknown option --help=x\nrole: -h shows the options\n");
    expect_options("--", "--help", 0, "role: quiet, then --help\n", "");
    expect_options("-x", NULL, 2, "", "role: unknown option -x\nrole: -h shows the options\n");
    expect_options("-p", NULL, 2, "",
                   "role: option -p needs a value\nrole: -h shows the options\n");
    const char *bad[] = {"0", "65536", "-1", "12x", ""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char err[256];
        snprintf(err, sizeof err,
                 "role: -p '%s': a port is a whole number from 1 to 65535\n"
                 "role: -h shows the options\n",
                 bad[i]);
        expect_options("-p", bad[i], 2, "", err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_go_to_stdout_and_traces_to_stderr),
        cmocka_unit_test(an_event_is_seen_in_a_pipe_when_it_happens),
        cmocka_unit_test(errors_name_the_errno_and_have_their_status),
        cmocka_unit_test(a_closed_or_full_stdout_is_an_error),
        cmocka_unit_test(a_trace_that_fails_keeps_errno),
        cmocka_unit_test(errno_name_knows_names),
        cmocka_unit_test(options_are_read_or_refused_with_their_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
