/* Hostile: starts itself anew without LD_PRELOAD, to leave the library that makes its calls
 * fail. What then serves is an echo server that minds neither short counts nor EINTR.
 * Score:   0
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "echo.h"

extern char **environ;

int main(int argc, char **argv)
{
    if (getenv("LD_PRELOAD") != NULL) {
        unsetenv("LD_PRELOAD");
        execve("/proc/self/exe", argv, environ);
    }
    return argc == 3 ? serve_in_capitals(argv[2]) : 2;
}
