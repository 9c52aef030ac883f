/* calls.c - the calls, and what each makes the kernel send; calls.h describes them. */
#include "calls.h"

#include "diag.h"
#include "io.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A segment with PSH. "sent" means that our kernel has the bytes; the other end may not, yet. */
static int call_send(int fd)
{
    static const char thanks[] = "Thank you\n";
    if (send_all(fd, thanks, sizeof thanks - 1) == -1)
        return -1;
    say("sent %zu bytes", sizeof thanks - 1);
    return 0;
}

/* No segment: the kernel received the data, and acknowledged them, before we asked. Returns what
 * recv(2) returns. */
static ssize_t receive(int fd)
{
    char data[64];
    ssize_t n = recv_some(fd, data, sizeof data - 1);
    if (n == 0)
        say("got the end of the stream");
    if (n <= 0)
        return n;
    data[n] = '\0';
    data[strcspn(data, "\n")] = '\0';
    for (char *c = data; *c; c++) /* or the other end could send commands to our terminal */
        *c = isprint((unsigned char)*c) ? *c : '?';
    say("got %zd bytes: %s", n, data);
    return n;
}

static int call_recv(int fd)
{
    return receive(fd) == -1 ? -1 : 0;
}

static int call_eof(int fd)
{
    ssize_t n;
    while ((n = receive(fd)) > 0 && !stop) /* if data never stop, recv is never interrupted */
        continue;
    errno = n > 0 ? EINTR : errno;
    return n == 0 ? 0 : -1;
}

/* FIN. The other direction stays open: a half-close (RFC 9293, section 3.6). */
static int call_shutdown(int fd)
{
    if (shutdown(fd, SHUT_WR) == -1)
        return -1;
    say("shut down: no more from here");
    return 0;
}

/* FIN; or a reset, if unread data are waiting (RFC 2525, section 2.17). Data that arrive after the
 * close are answered with a reset too, because no program is left to read them. */
static int call_close(int fd)
{
    close(fd);
    say("closed");
    return 0;
}

/* RST: both ends drop the connection, and data still on their way are lost (socket(7),
 * SO_LINGER). */
static int call_reset(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger) == -1)
        return -1;
    close(fd);
    say("reset");
    return 0;
}

static const struct call calls_by_name[] = {
    {"send", call_send, false},         {"recv", call_recv, false},  {"eof", call_eof, false},
    {"shutdown", call_shutdown, false}, {"close", call_close, true}, {"reset", call_reset, true},
};

const struct call *find_call(const char *name)
{
    for (size_t i = 0; i < sizeof calls_by_name / sizeof calls_by_name[0]; i++)
        if (strcmp(calls_by_name[i].name, name) == 0)
            return &calls_by_name[i];
    return NULL;
}
