/* herd.c - lab 09: four processes wait for clients, at one socket or at one each. Who is woken in vain?
 *
 * Shows:      if processes share one listening socket, a client may wake all of them, and all but one in
 *             vain. With EPOLLEXCLUSIVE it wakes one, but often the same. With SO_REUSEPORT each process
 *             has a socket and a queue of its own.
 * Run this:   ./herd
 * See this:   SO_REUSEPORT            200       0*    46*  53*  50*  51*
 * Try:        -v, and a busy machine: how many are woken in vain then?
 */
#include "diag.h"
#include "io.h"
#include "listener.h"
#include "net.h"
#include "serve.h"

#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 4, CLIENTS = 200 };

struct count {
    long in_vain, answered;
};

static const char help[] = "usage: herd [-v] [-p PORT]\n"
                           "Lets four processes wait for 200 clients, in three ways.\n\n"
                           "  -p PORT  the port, 1 to 65535 (5309)\n"
                           "  -v       print what each call returns\n"
                           "  -h       print this help";

/* A process of the herd. It counts in memory that the parent sees, too, until the parent kills it. */
static void answer_for_ever(int listen_fd, uint32_t how, struct count *count)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | how};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (epoll_fd == -1 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event) == -1)
        die("epoll");
    for (;;) {
        if (epoll_wait(epoll_fd, &event, 1, -1) != 1)
            continue;
        if (answer_next(listen_fd, "herd"))
            count->answered++;
        else
            count->in_vain++;
    }
}

/* One client after the other, so that the whole herd sleeps when the next one comes. */
static void send_clients(const struct endpoint *where)
{
    char answer[16];
    for (int i = 0; i < CLIENTS; i++) {
        int fd = tcp_connect(where);
        if (fd == -1 || recv_exact(fd, answer, sizeof answer) == -1)
            die("client %d", i);
        close(fd);
    }
}

/* Starts the herd, with a socket for each process or one for all. */
static void start_herd(const struct endpoint *where, bool share, uint32_t how, struct count *counts,
                       pid_t herd[PROCESSES])
{
    int listen_fd = -1;
    for (int i = 0; i < PROCESSES; i++) {
        if (i == 0 || !share)
            listen_fd = open_listener(where, SOCK_STREAM, SO_REUSEPORT);
        if (listen_fd == -1 || (herd[i] = fork()) == -1)
            die("start a process");
        if (herd[i] == 0)
            answer_for_ever(listen_fd, how, &counts[i]);
        if (!share || i == PROCESSES - 1)
            close(listen_fd);
    }
}

static void try_way(const char *name, const struct endpoint *where, bool share, uint32_t how)
{
    struct count sum = {0}, *counts = mmap(NULL, PROCESSES * sizeof *counts, PROT_READ | PROT_WRITE,
                                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t herd[PROCESSES];
    if (counts == MAP_FAILED)
        die("mmap");
    start_herd(where, share, how, counts, herd);
    send_clients(where);
    for (int i = 0; i < PROCESSES; i++) {
        kill(herd[i], SIGKILL);
        waitpid(herd[i], NULL, 0);
        sum.in_vain += counts[i].in_vain;
        sum.answered += counts[i].answered;
    }
    printf("%-17s %9ld %7ld*  ", name, sum.answered, sum.in_vain);
    for (int i = 0; i < PROCESSES; i++)
        printf(" %3ld*", counts[i].answered);
    putchar('\n');
    munmap(counts, PROCESSES * sizeof *counts);
}

int main(int argc, char *argv[])
{
    diag_init("herd");
    long port = 5309;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 1, 65535);
    if (optind < argc)
        die_usage("unexpected argument '%s'", argv[optind]);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    puts("                   answered  in vain  by each process");
    try_way("one socket", &where, true, 0);
    try_way("one, exclusive", &where, true, EPOLLEXCLUSIVE);
    try_way("SO_REUSEPORT", &where, false, 0);
    if (ferror(stdout))
        die("write to standard output");
}
