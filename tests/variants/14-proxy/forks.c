/* forks.c - a right program of another shape: a process for each client. */
#include "relay.h"

#include <sys/wait.h>

int main(int argc, char *argv[])
{
    int listen_fd = open_relay(argc, argv);
    long present = 0;
    for (int fd; (fd = accept_client(listen_fd, NULL)) != -1; close(fd)) {
        while (present > 0 && waitpid(-1, NULL, WNOHANG) > 0)
            present--;
        if (most_clients > 0 && present >= most_clients)
            continue;
        pid_t pid = fork();
        if (pid == 0) {
            close(listen_fd);
            serve_alone(new_pair(fd));
            _exit(0);
        }
        present += pid > 0;
    }
}
