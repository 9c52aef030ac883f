/* forks.c - a variant: three processes of one generation
 * share its socket, and their parent waits for SIGTERM. */
#include "server.h"

#include <sys/prctl.h>
#include <sys/wait.h>

static _Noreturn void serve(int listen_fd, int signal_fd, const char *name)
{
    struct pollfd work[] = {{.fd = signal_fd, .events = POLLIN},
                            {.fd = listen_fd, .events = POLLIN}};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (poll(work, 2, -1) != -1 && work[0].revents == 0)
        answer_next(listen_fd, name);
    while (answer_next(listen_fd, name))
        continue;
    _exit(EXIT_SUCCESS);
}

int main(int argc, char *argv[])
{
    enum { PROCESSES = 3 };
    diag_init("server");
    struct wishes wish = parse_wishes(argc, argv);
    pid_t children[PROCESSES];
    sigset_t set;
    block_sigterm(&set);
    int signal_fd = catch_sigterm(), listen_fd = listen_or_die(wish.port, SOCK_NONBLOCK);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0)
            serve(listen_fd, signal_fd, wish.name);
        if (children[i] == -1)
            die("fork");
    }
    take_all_clients(listen_fd);
    puts("ready");
    sigwait(&set, &(int){0});
    for (int i = 0; i < PROCESSES; i++)
        kill(children[i], SIGTERM);
    for (int i = 0; i < PROCESSES; i++)
        waitpid(children[i], NULL, 0);
}
