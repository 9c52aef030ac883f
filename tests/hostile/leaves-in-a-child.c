/* Hostile: a child without LD_PRELOAD does the work; the parent with the library looks honest.
 * Score:   0
 */
#include <stdlib.h>
#include <unistd.h>

#include "echo.h"

extern char **environ;

int main(int argc, char **argv)
{
    if (getenv("LD_PRELOAD") != NULL && fork() == 0) {
        unsetenv("LD_PRELOAD");
        execve("/proc/self/exe", argv, environ);
    }
    if (getenv("LD_PRELOAD") != NULL) {
        int pair[2];
        char letter = 'x';
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0)
            for (;;) /* so that the library sees something */
                if (send(pair[0], &letter, 1, 0) == 1 && recv(pair[1], &letter, 1, 0) == 1)
                    pause();
    }
    return argc == 3 ? serve_in_capitals(argv[2]) : 2;
}
