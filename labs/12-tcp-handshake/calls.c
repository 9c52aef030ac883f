/* calls.c - the calls, and what each makes the kernel send; calls.h has the promises. */
#include "calls.h"

#include "diag.h"
#include "io.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A segment with PSH. That it was sent says that our kernel has it, not that the other end has. */
static int call_send(int fd)
{
    static const char thanks[] = "Thank you\n";
    if (send_all(fd, thanks, sizeof thanks - 1) == -1)
        return -1;
    say("sent %zu bytes", sizeof thanks - 1);
    return 0;
}

/* Sends nothing: the kernel has received, and acknowledged, before we ask. Returns as recv(2). */
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
    for (char *c = data; *c; c++) /* a terminal would obey some of what the other end sends */
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
    while ((n = receive(fd)) > 0 && !stop) /* who never lets us wait never lets us be interrupted */
        continue;
    errno = n > 0 ? EINTR : errno;
    return n == 0 ? 0 : -1;
}

/* FIN; the other direction stays as it is: a half-close (RFC 9293, section 3.6). */
static int call_shutdown(int fd)
{
    if (shutdown(fd, SHUT_WR) == -1)
        return -1;
    say("shut down: no more from here");
    return 0;
}

/* FIN. But whoever closes while unread data wait sends a reset (RFC 2525, section 2.17), and his
 * kernel answers whatever comes later with one: nobody is left to read it. */
static int call_close(int fd)
{
    close(fd);
    say("closed");
    return 0;
}

/* RST: the connection is gone at both ends, with all that was under way (socket(7), SO_LINGER). */
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
