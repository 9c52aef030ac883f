/* epolls.c - a variant: a non-blocking socket, and epoll. */
#include "bank.h"

#include <sys/epoll.h>

static int journal_fd;

static void record(const struct deposit *d)
{
    char line[TEXT_MAX];
    if (write_all(journal_fd, line, (size_t)write_line(line, d)) == -1 || fsync(journal_fd) == -1)
        die("the journal");
}

static void serve_waiting(int fd)
{
    for (char text[TEXT_MAX + 1], out[TEXT_MAX];;) {
        struct endpoint from = {.len = sizeof from.addr};
        ssize_t n =
            recvfrom(fd, text, TEXT_MAX, MSG_DONTWAIT, (struct sockaddr *)&from.addr, &from.len);
        if (n == -1)
            return;
        int len = answer(text, n, out, record);
        if (len > 0)
            sendto(fd, out, (size_t)len, MSG_DONTWAIT, (struct sockaddr *)&from.addr, from.len);
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    journal_fd = open_journal(wish.journal, 0);
    int fd = bind_or_die(wish.port), epoll_fd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    if (epoll_fd == -1 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
        die("epoll");
    while (epoll_wait(epoll_fd, &event, 1, -1) != -1 || errno == EINTR)
        serve_waiting(fd);
    die("epoll_wait");
}
