/* pool.c - three processes accept from one listening socket, and count in memory that they share.
 * SIGTERM ends the parent, which ends the others. So does SIGCHLD, whatever it tells of a worker.
 */
#include "diag.h"
#include "io.h"
#include "net.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char help[] = "usage: server [-v] [-p PORT]";

enum { WORKERS = 3 };

_Noreturn static void work(int listen_fd, atomic_uint *clients)
{
    for (;;) {
        char hello[32];
        int conn_fd = accept_client(listen_fd, NULL);
        if (conn_fd == -1)
            die("accept");
        int len = snprintf(hello, sizeof hello, "hello %u\n", atomic_fetch_add(clients, 1) + 1);
        send_all(conn_fd, hello, (size_t)len);
        close(conn_fd);
    }
}

int main(int argc, char *argv[])
{
    diag_init("server");
    long port = 5005;
    for (int c; (c = next_option(argc, argv, "p:", help)) != -1;)
        port = number_option(c, "a port", 0, 65535);
    struct endpoint where = resolve_or_die("127.0.0.1", (uint16_t)port);
    int listen_fd = tcp_listen(&where);
    if (listen_fd == -1)
        die("port %ld", port);
    atomic_uint *clients =
        mmap(NULL, sizeof *clients, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sigset_t wanted;
    int signal;
    pid_t workers[WORKERS];
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGCHLD);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = fork();
        if (workers[i] == -1)
            die("fork");
        if (workers[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL); /* if the parent is killed, we are */
            work(listen_fd, clients);
        }
    }
    sigwait(&wanted, &signal);
    for (int i = 0; i < WORKERS; i++)
        kill(workers[i], SIGKILL);
    return signal == SIGTERM ? 0 : 1;
}
