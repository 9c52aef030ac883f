/* forks.c - a right program: a process for each attempt
 * waits in connect. The socket is its parent's, too. */
#include "race.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

struct end {
    size_t number;
    int error;
};

static int race(const struct addrinfo *const *a, size_t count, size_t *winner)
{
    int fds[256], ends[2], last = 0, result = -1;
    pid_t pids[256];
    size_t started = 0, left = 0;
    long long due_ms = now_ms();
    if (pipe(ends) == -1)
        die("pipe");
    while (result == -1 && (left > 0 || started < count)) {
        if (started < count && now_ms() >= due_ms) {
            fds[started] = socket(a[started]->ai_family, SOCK_STREAM, 0);
            int error = fds[started] == -1 ? errno : 0;
            if ((pids[started] = fork()) == -1)
                die("fork");
            if (pids[started] == 0) {
                if (!error && connect(fds[started], a[started]->ai_addr, a[started]->ai_addrlen))
                    error = errno;
                struct end end = {.number = started, .error = error};
                _exit(write_all(ends[1], &end, sizeof end));
            }
            due_ms = now_ms() + PATIENCE_MS;
            started++;
            left++;
            continue;
        }
        struct pollfd work = {.fd = ends[0], .events = POLLIN};
        struct end end;
        if (poll(&work, 1, started < count ? until_ms(due_ms) : -1) < 1)
            continue;
        if (read(ends[0], &end, sizeof end) != sizeof end)
            die("read");
        left--;
        if (end.error == 0) {
            *winner = end.number;
            result = fds[end.number];
        } else {
            last = end.error;
            due_ms = now_ms();
        }
    }
    for (size_t i = 0; i < started; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    close_all_but(result, fds, started);
    close(ends[0]);
    close(ends[1]);
    errno = last;
    return result;
}
