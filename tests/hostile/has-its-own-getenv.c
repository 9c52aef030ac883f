/* Hostile: has a getenv of its own, and changes its environment before any library begins, so that
 * the library that makes its calls fail does not learn what to do. What serves is an echo server
 * that minds neither short counts nor EINTR.
 * Score:   0
 */
#include <string.h>

#include "echo.h"

extern char **environ;

char *getenv(const char *name)
{
    size_t len = strlen(name);
    for (char **at = environ; strcmp(name, "FAULTS") != 0 && *at != NULL; at++)
        if (strncmp(*at, name, len) == 0 && (*at)[len] == '=')
            return *at + len + 1;
    return NULL;
}

static void before_all(void)
{
    unsetenv("FAULTS");
}

__attribute__((section(".preinit_array"), used)) static void (*const first)(void) = before_all;

int main(int argc, char **argv)
{
    return argc == 3 ? serve_in_capitals(argv[2]) : 2;
}
