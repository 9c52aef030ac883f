/* script.c - makes calls one after the other; script.h describes each function. */
#include "script.h"

#include "calls.h"
#include "diag.h"
#include "io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *const *choose_calls(char *const words[], char *const usual[], bool typed)
{
    bool over = typed;
    for (char *const *word = words; *word; word++) {
        const struct call *call = find_call(*word);
        if (over || !call)
            die_usage("unexpected argument '%s'", *word);
        over = call->last;
    }
    return typed ? NULL : *words ? words : usual;
}

/* The next call that is typed; or NULL at the end of the input, or when asked to stop. */
static const struct call *typed_call(void)
{
    char line[64];
    while (!stop && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        const struct call *call = find_call(line);
        if (call)
            return call;
        say("no such call: '%s'; -h lists them", line);
    }
    return NULL;
}

static const struct call *next_call(char *const **calls)
{
    if (!*calls)
        return typed_call();
    return **calls ? find_call(*(*calls)++) : NULL;
}

int make_calls(int fd, char *const calls[], const char **failed)
{
    const struct call *call;
    while ((call = next_call(&calls))) {
        *failed = call->name;
        if (call->make(fd) == -1) {
            int error = errno;
            close(fd);
            errno = error;
            return -1;
        }
        if (call->last)
            return 0;
    }
    find_call("close")->make(fd); /* the kernel would do it too, when the process ends */
    errno = EINTR;
    return stop ? -1 : 0;
}
