/* cputime.c - measures processor time: cputime FILE COMMAND... Runs COMMAND and writes to FILE how
 * many microseconds of processor time it took, user and system together, because bash's `time`
 * shows only thousandths of a second. Exits with COMMAND's status. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    if (argc < 3)
        return 2;
    pid_t pid = fork();
    if (pid == 0) {
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int status;
    struct rusage used;
    if (pid == -1 || wait4(pid, &status, 0, &used) == -1)
        return 1;
    FILE *out = fopen(argv[1], "w");
    if (!out)
        return 1;
    fprintf(out, "%ld\n",
            (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000L + used.ru_utime.tv_usec +
                used.ru_stime.tv_usec);
    if (fclose(out) != 0)
        return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
