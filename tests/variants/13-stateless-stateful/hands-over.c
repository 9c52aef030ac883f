/* hands-over.c - a variant: one thread receives, and
 * hands each request to the bank over a socketpair. */
#include "bank.h"

#include <pthread.h>

struct job {
    struct endpoint from;
    ssize_t n;
    char text[TEXT_MAX + 1];
};

static int journal_fd, fd, pair[2];

static void record(const struct deposit *d)
{
    char line[TEXT_MAX];
    if (write_all(journal_fd, line, (size_t)write_line(line, d)) == -1 ||
        fdatasync(journal_fd) == -1)
        die("the journal");
}

static void *receive(void *unused)
{
    for (struct job job;;) {
        job.from.len = sizeof job.from.addr;
        job.n =
            recvfrom(fd, job.text, TEXT_MAX, 0, (struct sockaddr *)&job.from.addr, &job.from.len);
        send(pair[0], &job, sizeof job, 0);
    }
    return unused;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    journal_fd = open_journal(wish.journal, 0);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1)
        die("socketpair");
    fd = bind_or_die(wish.port);
    pthread_t thread;
    if (pthread_create(&thread, NULL, receive, NULL) != 0)
        die_plain("cannot start a thread");
    char out[TEXT_MAX];
    for (struct job job; recv(pair[1], &job, sizeof job, 0) == sizeof job;) {
        int len = answer(job.text, job.n, out, record);
        if (len > 0)
            sendto(fd, out, (size_t)len, 0, (struct sockaddr *)&job.from.addr, job.from.len);
    }
    die("recv");
}
