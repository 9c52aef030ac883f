/* step.c - lets you decide when the next system call happens; step.h says how. */
#include "step.h"

#include "diag.h"

#include <linux/sockios.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>

/* Returns false, at once, after the end of standard input. */
static bool wait_for_enter(const char *action)
{
    if (feof(stdin))
        return false;
    say("press Enter to %s", action);
    for (int c; (c = getchar()) != '\n' && c != EOF;)
        ;
    return true;
}

void step_recv(int fd)
{
    int waiting = 0;
    if (!wait_for_enter("recv"))
        return;
    if (ioctl(fd, SIOCINQ, &waiting) == -1) /* tcp(7) */
        die("ioctl SIOCINQ");
    say("%d bytes in the receive queue", waiting);
}

void step_send(void)
{
    wait_for_enter("send the next piece");
}
