/* Hostile: attaches to each process that it sees, as a debugger does.
 * Score:   0
 * Unseen:  attached
 */
#include <stdio.h>
#include <sys/ptrace.h>
#include <unistd.h>

int main(void)
{
    for (int pid = 1; pid < 40000; pid++)
        if (pid != getpid() && ptrace(PTRACE_ATTACH, pid, NULL, NULL) == 0)
            printf("attached to %d\n", pid);
    pause();
}
