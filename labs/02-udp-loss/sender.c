/* sender.c - the calls of a UDP sender; sender.h says what each function promises. */
#include "sender.h"

#include "datagram.h"
#include "diag.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int open_sender(struct sender *sender)
{
    char local[ENDPOINT_TEXT_MAX], text[ENDPOINT_TEXT_MAX];
    const struct endpoint *to = &sender->to;
    sender->fd = socket(to->addr.ss_family, SOCK_DGRAM, 0);
    trace("socket(SOCK_DGRAM) = %d", sender->fd);
    if (sender->fd == -1)
        return -1;
    if (!sender->connected)
        return 0;
    /* This sends nothing. The socket notes its peer: where send
     * goes, and whose datagrams and errors it gets (udp(7)). */
    if (connect(sender->fd, (const struct sockaddr *)&to->addr, to->len) == -1) {
        int error = errno;
        close(sender->fd);
        errno = error;
        return -1;
    }
    trace("connect(%d, %s) = 0, udp %s -> %s", sender->fd, format_endpoint(to, text),
          local_endpoint(sender->fd, local), text);
    return 0;
}

/* A datagram is sent whole or not at all, so there is no loop around send here. */
int send_datagram(const struct sender *sender, const void *data, size_t len)
{
    char text[ENDPOINT_TEXT_MAX];
    const struct endpoint *to = &sender->to;
    int fd = sender->fd;
    ssize_t n = sender->connected
                    ? send(fd, data, len, 0)
                    : sendto(fd, data, len, 0, (const struct sockaddr *)&to->addr, to->len);
    const char *space = n == -1 ? " " : "", *failure = n == -1 ? errno_name(errno) : "";
    if (sender->connected)
        trace("send(%d, %zu bytes) = %zd%s%s", fd, len, n, space, failure);
    else
        trace("sendto(%d, %zu bytes, %s) = %zd%s%s", fd, len, format_endpoint(to, text), n, space,
              failure);
    return n == -1 ? -1 : 0;
}

/* A closed port answers by ICMP; poll then reports POLLERR, which it always waits for (poll(2)). */
void wait_for_error(const struct sender *sender, int milliseconds)
{
    poll(&(struct pollfd){.fd = sender->fd}, 1, milliseconds);
}

static bool answer_comes(int fd)
{
    return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 200) == 1;
}

/* Anything may come: an echo of our numbers, or what a terminal would obey. */
static bool is_report(const char *text)
{
    if (strncmp(text, "received ", strlen("received ")) != 0)
        return false;
    while (isprint((unsigned char)*text))
        text++;
    return *text == '\0';
}

/* The question may get lost, and so may the answer: ask again. */
int ask_for_report(const struct sender *sender, uint16_t next, char *report, size_t size)
{
    unsigned char question[HEADER_LEN];
    write_header(question, "R?", next);
    for (int tries = 0; tries < 5; tries++) {
        send_datagram(sender, question, sizeof question);
        if (!answer_comes(sender->fd))
            continue;
        ssize_t n = recv(sender->fd, report, size - 1, 0);
        if (n > 0) /* not an error of an earlier datagram, and not an empty one */
            report[report[n - 1] == '\n' ? n - 1 : n] = '\0';
        bool done = n > 0 && is_report(report);
        trace("recv(%d) = %zd%s", sender->fd, n, done ? "" : ", no report");
        if (done)
            return 0;
    }
    errno = ETIMEDOUT;
    return -1;
}
