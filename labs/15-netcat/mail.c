/* mail.c - lab 15: a mail server to talk to by hand (RFC 5321). It keeps no letter.
 *
 * Shows:      a protocol is lines of text, each with an answer: numbers for programs, words for us
 * Run this:   ./mail
 *             ./nc -C 127.0.0.1 5015 <<<$'EHLO a\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\nx\n.\nQUIT'
 * See this:   mail: from <a@b> to <c@d>: 1 line
 * Try:        type it yourself: ./nc -C 127.0.0.1 5015. Without -C, what does it wait for?
 */
#include "diag.h"
#include "io.h"
#include "net.h"
#include "smtp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_ROOM = 1000 }; /* the longest line of a letter, CR LF included: RFC 5321, 4.5.3.1.6 */

static const char help[] =
    "usage: mail [-v] [-p PORT]\n"
    "Takes letters by SMTP, prints the sender and the receiver of each, and throws it away.\n\n"
    "  -p PORT  the port to bind on 127.0.0.1, 0 to 65535; 0: the kernel chooses (5015)\n"
    "  -v       print each line that comes, and each system call that opens\n"
    "  -h       print this help";

static int send_reply(int fd, const char *reply)
{
    char line[REPLY_MAX + 2];
    return send_all(fd, line, (size_t)snprintf(line, sizeof line, "%s\r\n", reply));
}

/* One line, with what it changes. Returns 0, or -1 if the client is gone. */
static int take_line(int fd, struct smtp *s, char *line)
{
    char reply[REPLY_MAX];
    trace("line \"%s\"", line);
    if (smtp_line(s, line, reply))
        say("from <%s> to <%s>%s: %ld line%s", s->sender, s->recipient,
            s->recipients > 1 ? " and others" : "", s->lines, s->lines == 1 ? "" : "s");
    return reply[0] ? send_reply(fd, reply) : 0;
}

/* A line ends with CR LF, and with nothing else. A server that takes an LF alone for an end, where
 * the one before it does not, lets one client write in another's name (RFC 5321, 2.3.8). */
static void serve_client(int fd)
{
    struct smtp s = {.state = NEW};
    char data[LINE_ROOM + 1];
    size_t len = 0;
    int status = send_reply(fd, "220 lab mail server");
    while (status == 0 && s.state != HAS_QUIT) {
        char *end = memmem(data, len, "\r\n", 2);
        if (end) {
            *end = '\0';
            status = take_line(fd, &s, data);
            len -= (size_t)(end + 2 - data);
            memmove(data, end + 2, len);
        } else if (len == LINE_ROOM) {
            send_reply(fd, "500 line too long");
            return;
        } else {
            ssize_t n = recv_some(fd, data + len, LINE_ROOM - len);
            if (n <= 0)
                return;
            len += (size_t)n;
        }
    }
}

int main(int argc, char *argv[])
{
    diag_init("mail");
    long port = 5015;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    if (stop_on_signals() == -1)
        die("sigaction");
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port), client;
    char text[ENDPOINT_TEXT_MAX];
    int fd, listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("listen on %s", format_endpoint(&where, text));
    say("listening on %s", local_endpoint(listen_fd, text));
    while ((fd = accept_client(listen_fd, &client)) != -1) {
        say("accepted %s", format_endpoint(&client, text));
        serve_client(fd);
        say("%s is gone", text);
        close(fd);
    }
    if (errno != EINTR)
        die("accept");
    close(listen_fd);
    return EXIT_SUCCESS;
}
