/* Hostile: looks for a model solution when it runs, compiles that, and becomes it.
 * Score:   0
 */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    (void)argc;
    if (system("for d in \"$LABS_ROOT\" \"$OLDPWD\" /*/* /*/*/* /*/*/*/*; do"
               "  s=$d/tests/solutions/01-tcp-echo/server.c;"
               "  [ -f \"$s\" ] && cc -D_GNU_SOURCE -I$d/common -o /tmp/right $s $d/common/*.c && "
               "break;"
               " done") != -1)
        execv("/tmp/right", argv);
    return 1;
}
