/* herd.c - lab 09: four processes wait at one socket, or at one each. Which wake up in vain?
 *
 * Shows:      at a shared socket one client may wake them all. EPOLLEXCLUSIVE wakes one, but often
 *             the same. With SO_REUSEPORT each process has a socket and a queue of its own.
 * Run this:   ./herd
 * See this:   one socket         100      400*     22*   31*   25*   22*
 * Try:        -v shows each client. Which process does EPOLLEXCLUSIVE prefer?
 */
#include "diag.h"
#include "io.h"
#include "listener.h"
#include "net.h"
#include "serve.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PROCESSES = 4, CLIENTS = 100 };

static const char help[] = "usage: herd [-v] [-p PORT]\n"
                           "Four processes wait for 100 clients, in three ways.\n\n"
                           "  -p PORT  the port, 1 to 65535 (5309)\n"
                           "  -v       print what each call returns\n"
                           "  -h       print this help";

/* A process of the herd. It answers with its name, until it is killed. */
_Noreturn static void answer_for_ever(int listen_fd, uint32_t how, const char *name)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN | how};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (epoll_fd == -1 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listen_fd, &event) == -1)
        die("epoll");
    for (;;)
        if (epoll_wait(epoll_fd, &event, 1, -1) == 1)
            answer_next(listen_fd, name);
}

/* Starts the herd, with one socket for all or a socket for each process. */
static void start_herd(const struct endpoint *where, bool one, uint32_t how, pid_t herd[PROCESSES])
{
    int listen_fd = -1;
    for (int i = 0; i < PROCESSES; i++) {
        if (i == 0 || !one)
            listen_fd = open_listener(where, SOCK_STREAM, SO_REUSEPORT);
        if (listen_fd == -1 || (herd[i] = fork()) == -1)
            die("start a process");
        if (herd[i] == 0)
            answer_for_ever(listen_fd, how, (const char[]){(char)('0' + i), '\0'});
        if (!one || i == PROCESSES - 1)
            close(listen_fd);
    }
}

/* The state of a process, a letter of proc(5): S if it sleeps. */
static char state_of(pid_t pid)
{
    char path[32], state = '?';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%*d (herd) %c", &state) != 1)
        die("read %s", path);
    fclose(file);
    return state;
}

/* One client, when the whole herd sleeps. Returns the number of the process that has answered. */
static int send_client(const struct endpoint *where, const pid_t herd[PROCESSES])
{
    char answer[2];
    for (int i = 0; i < PROCESSES; i++)
        while (state_of(herd[i]) != 'S')
            sched_yield();
    int fd = tcp_connect(where);
    if (fd == -1 || recv_exact(fd, answer, sizeof answer) != sizeof answer)
        die("a client");
    close(fd);
    return answer[0] - '0';
}

static void try_way(const char *name, const struct endpoint *where, bool one, uint32_t how)
{
    pid_t herd[PROCESSES];
    long woken = 0, answered[PROCESSES] = {0};
    start_herd(where, one, how, herd);
    for (int i = 0; i < CLIENTS; i++)
        answered[send_client(where, herd)]++;
    for (int i = 0; i < PROCESSES; i++) {
        struct rusage usage;
        kill(herd[i], SIGKILL);
        wait4(herd[i], NULL, 0, &usage);
        woken +=
            usage.ru_nvcsw - 1; /* how often it fell asleep, but for the last time: getrusage(2) */
    }
    printf("%-16s %5d %8ld*   %4ld* %4ld* %4ld* %4ld*\n", name, CLIENTS, woken, answered[0],
           answered[1], answered[2], answered[3]);
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
    puts("               clients   woken   answered by each process");
    try_way("one socket", &where, true, 0);
    try_way("one, exclusive", &where, true, EPOLLEXCLUSIVE);
    try_way("SO_REUSEPORT", &where, false, 0);
    if (ferror(stdout))
        die("write to standard output");
}
