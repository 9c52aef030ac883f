/* forks.c - a right program: a process for each
 * sender, and a part by mkstemp(3) with the old mode. */
#include "receiver.h"

#include <signal.h>
#include <sys/stat.h>

static bool receive_by_pattern(int conn_fd, uint32_t len, const char *pattern, const char *path)
{
    char part[PATH_MAX];
    memcpy(part, pattern, strlen(pattern) + 1);
    int file = mkstemp(part);
    if (file == -1)
        return false;
    bool good = receive_body(conn_fd, file, len) && fchmod(file, 0644) == 0 && fsync(file) == 0;
    return keep_or_remove(file, good, part, path);
}

int main(int argc, char *argv[])
{
    diag_init("server");
    char pattern[PATH_MAX];
    struct wishes wish = parse_wishes(argc, argv);
    name_part(pattern, wish.path, ".XXXXXX");
    signal(SIGCHLD, SIG_IGN); /* no zombies: wait(2) */
    int conn_fd, listen_fd = listen_or_die(wish.port);
    while ((conn_fd = accept_client(listen_fd, NULL)) != -1) {
        if (fork() == 0) {
            serve_sender(conn_fd, pattern, wish.path, wish.patience, receive_by_pattern);
            _exit(0);
        }
        close(conn_fd);
    }
    die("accept");
}
