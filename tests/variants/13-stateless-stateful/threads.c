/* threads.c - a variant: four threads wait at the socket, and one at a time is the bank. */
#include "bank.h"

#include <pthread.h>

static int journal_fd, fd;
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;

static void record(const struct deposit *d)
{
    char line[TEXT_MAX];
    if (write_all(journal_fd, line, (size_t)write_line(line, d)) == -1 ||
        fdatasync(journal_fd) == -1)
        die("the journal");
}

static void *serve_some(void *unused)
{
    for (char text[TEXT_MAX + 1], out[TEXT_MAX];;) {
        struct endpoint from = {.len = sizeof from.addr};
        pthread_mutex_lock(&one);
        ssize_t n = recvfrom(fd, text, TEXT_MAX, 0, (struct sockaddr *)&from.addr, &from.len);
        int len = answer(text, n, out, record);
        if (len > 0)
            sendto(fd, out, (size_t)len, 0, (struct sockaddr *)&from.addr, from.len);
        pthread_mutex_unlock(&one);
    }
    return unused;
}

int main(int argc, char *argv[])
{
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    journal_fd = open_journal(wish.journal, 0);
    fd = bind_or_die(wish.port);
    pthread_t thread;
    for (int i = 0; i < 3; i++)
        if (pthread_create(&thread, NULL, serve_some, NULL) != 0)
            die_plain("cannot start a thread");
    serve_some(NULL);
}
